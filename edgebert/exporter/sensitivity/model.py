"""Asks a mixed graph about texts or labelled rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from edgebert.errors import EdgebertError
from edgebert.evaluation.measure import Measure, Score
from edgebert.evaluation.rows import read_rows
from edgebert.exporter.encoding import TextInputs
from edgebert.exporter.fidelity import Arrays
from edgebert.exporter.sensitivity.mixtures import NOTHING, MixedGraph, Mixture, TextRuns
from edgebert.tasks import Outputs
from edgebert.text import Encoding


@dataclass(frozen=True)
class LabelledRows:
    """Rows with the right answers, in place of texts.

    Attributes:
        measure: how an answer is compared with the right one.
        examples: the rows, as `measure.example` makes them.
        labels: the model's labels in id order.
    """

    measure: Measure
    examples: Sequence[Any]
    labels: tuple[str, ...] = ()


def read_labelled_rows(
    path: Path, measure: Measure, labels: tuple[str, ...], limit: int | None = None
) -> LabelledRows:
    """Read a file of labelled rows: .jsonl, .csv, or SQuAD's .json.

    Args:
        path: the file.
        measure: what makes examples of its rows.
        labels: the model's labels in id order.
        limit: only the first so many rows.

    Raises:
        EdgebertError: it cannot be read as rows of the measure's task, or holds none.
    """
    examples = [measure.example(row) for row in islice(read_rows(path), limit)]
    if not examples:
        raise EdgebertError(f"{path}: holds no row, expected at least one")
    return LabelledRows(measure, examples, labels)


class MixedModel:
    """A mixed graph as what is asked and scored, see edgebert.evaluation.measure.Model.

    It keeps the states of all texts it was asked about: make one for each text or row.
    """

    def __init__(self, mixed: MixedGraph, inputs: TextInputs, labels: tuple[str, ...]) -> None:
        self._mixed = mixed
        self.tokenizer = inputs.tokenizer
        self.max_length = inputs.max_length
        self.labels = labels
        self.output_names = mixed.output_names
        self._inputs = inputs
        self._mixture = NOTHING
        self._runs: list[tuple[Encoding, TextRuns]] = []
        self.answers: list[Arrays] = []
        self.tokens = 0

    def switch(self, mixture: Mixture) -> None:
        """Choose what the next outputs are computed in; `answers` and `tokens` begin anew."""
        self._mixture, self.answers, self.tokens = mixture, [], 0

    def outputs(self, encoding: Encoding) -> Outputs:
        """See Model; runs without padding."""
        runs = next((runs for known, runs in self._runs if known == encoding), None)
        if runs is None:
            runs = TextRuns(self._mixed, self._inputs.tensors(encoding))
            self._runs.append((encoding, runs))
        results = zip(self.output_names, runs.outputs(self._mixture), strict=True)
        found = {name: result[0].numpy() for name, result in results}
        self.answers.append(found)
        self.tokens += len(encoding)
        return found


Case = Callable[[MixedModel], Score | None]
"""Asks a model for what one text or row needs; None where there is no right answer to it."""


def cases_of(texts: Sequence[Encoding] | LabelledRows) -> list[Case]:
    """Return what asks about each text, or asks about each row and scores the answer."""
    if isinstance(texts, LabelledRows):
        measure = texts.measure
        return [partial(measure.score, example=example) for example in texts.examples]
    return [partial(_run_text, encoding=encoding) for encoding in texts]


def _run_text(model: MixedModel, encoding: Encoding) -> None:
    model.outputs(encoding)
