"""What all measures share: how a row becomes an example, its score, and figures over all rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from edgebert.evaluation.confidence import LabelledLogits
from edgebert.evaluation.rows import Row
from edgebert.tasks import Outputs
from edgebert.text import Encoding, WordPieceTokenizer

Columns = Mapping[str, NDArray[np.float64]]
"""The scores of all rows: float64 [rows] by name."""

Metric = Callable[[Columns], float]
"""A figure over rows; not a number where the rows do not define it."""


class Model(Protocol):
    """An opened model, asked one encoding at a time.

    Attributes:
        tokenizer: makes its encodings.
        max_length: its longest input in tokens, special tokens included.
        labels: its labels in id order.
        output_names: the names of its outputs.

    """

    tokenizer: WordPieceTokenizer
    max_length: int
    labels: tuple[str, ...]
    output_names: tuple[str, ...]

    def outputs(self, encoding: Encoding) -> Outputs:
        """Run the model; outputs by name, without batch axis and padding."""
        ...


@dataclass(frozen=True)
class Score:
    """What is kept of a row once it was answered.

    Attributes:
        values: one number for each of the measure's columns.
        answer: the answer in short; equal answers are the same to the task.
        truncated: whether a text was cut to the longest input.

    """

    values: tuple[float, ...]
    answer: str
    truncated: bool


@dataclass(frozen=True)
class Scores:
    """What is kept of all rows: columns, answers, and how many rows were cut."""

    columns: Columns
    answers: NDArray[np.object_]
    truncated: int


class Measure(Protocol):
    """How a task is evaluated. Measures travel to other processes, so they can be pickled."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of a score's values."""
        ...

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """The figures by name, the task's main one first."""
        ...

    def example(self, row: Row) -> Any:
        """Check a row and take from it what `score` needs.

        Raises:
            EdgebertError: names the row, what was found and what was expected.

        """
        ...

    def score(self, model: Model, example: Any) -> Score:
        """Ask the model and compare its answer with the example's."""
        ...

    def agreement(self, these: Scores, others: Scores) -> float:
        """Say how far two models' answers to the same rows are the same: 1 for all."""
        ...

    def correct(self, columns: Columns) -> NDArray[np.bool_] | None:
        """Say which rows are right, of those that can be; None where answers are right by degree.

        Which rows those are depends on the data alone.
        """
        ...


@runtime_checkable
class LabelMeasure(Measure, Protocol):
    """A measure of a task whose answers are labels that have probabilities."""

    def labelled_logits(self, model: Model, example: Any) -> Mapping[str, LabelledLogits]:
        """Ask the model, and return what it says where the right label is known.

        Returns:
            By the name of the output, for every output that has labels; of no text or token where
            the model lacks the right label, or the row does not say.

        """
        ...


def main_metric(metrics: Mapping[str, float | None]) -> str:
    """Return the name of the figure that a model is judged by: the first that the rows define.

    Rows without slots, for one, do not define how often intent and slots are both right. Where the
    rows define no figure, it is the first of all.

    Args:
        metrics: the figures by name, in a measure's order; None where the rows do not define one.

    """
    defined = (name for name, value in metrics.items() if value is not None)
    return next(defined, next(iter(metrics)))


def same_answers(these: Scores, others: Scores) -> float:
    """Return the share of rows with the same answer."""
    return float(np.mean(these.answers == others.answers))
