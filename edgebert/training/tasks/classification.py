"""Training of text classification: a label a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import Tensor

from edgebert.evaluation.classification import (
    OUT_OF_SCOPE,
    accuracy,
    macro_f1,
    out_of_scope_recall,
)
from edgebert.evaluation.rows import Row
from edgebert.tasks.truncation import encode_truncated
from edgebert.text import WordPieceTokenizer
from edgebert.training.features import UNLABELLED, Example, feature
from edgebert.training.tasks.task import Logits, labelled_config

if TYPE_CHECKING:
    from transformers import PreTrainedModel, SqueezeBertConfig


class TextClassificationTraining:
    """See TrainingTask."""

    per_token: frozenset[str] = frozenset()

    def __init__(
        self,
        tokenizer: WordPieceTokenizer,
        max_length: int,
        labels: tuple[str, ...],
        out_of_scope: str | None,
    ) -> None:
        self._tokenizer = tokenizer
        self._max_length = max_length
        self._labels = labels
        self._out_of_scope = None if out_of_scope is None else labels.index(out_of_scope)

    def example(self, row: Row) -> Example:
        """See TrainingTask."""
        pair = row.text("text_pair") if "text_pair" in row.record else None
        encoding, _ = encode_truncated(self._tokenizer, row.text("text"), pair, self._max_length)
        label = label_id(row, self._labels)
        return Example((feature(encoding, {"label": label}),), label)

    def unlabelled(self, text: str) -> Example:
        """See TrainingTask."""
        encoding, _ = encode_truncated(self._tokenizer, text, None, self._max_length)
        return Example((feature(encoding, {"label": UNLABELLED}),), None)

    def build(self, config: SqueezeBertConfig) -> PreTrainedModel:
        """See TrainingTask."""
        from transformers import SqueezeBertForSequenceClassification

        return SqueezeBertForSequenceClassification(labelled_config(config, self._labels))

    def logits(self, output: Any) -> dict[str, Tensor]:
        """See TrainingTask."""
        return {"label": output.logits}

    def predict(self, logits: Logits) -> int:
        """See TrainingTask; the id of the likeliest label."""
        return int(logits["label"].argmax())

    def metrics(
        self, examples: Sequence[Example], predictions: Sequence[Sequence[Any]]
    ) -> dict[str, float]:
        """See TrainingTask."""
        expected = [example.expected for example in examples]
        return label_metrics(expected, [row[0] for row in predictions], self._out_of_scope)


def label_id(row: Row, labels: Sequence[str]) -> int:
    """Return the id of a row's label.

    Raises:
        EdgebertError: it is none of the labels.

    """
    label = row.text("label")
    if label not in labels:
        raise row.wrong("label", f"one of the {len(labels)} labels that the training rows have")
    return labels.index(label)


def label_metrics(
    expected: Sequence[int], predicted: Sequence[int], out_of_scope: int | None
) -> dict[str, float]:
    """Return accuracy and macro F1 of the rows in scope, and the recall of the others.

    Args:
        expected: ids of the rows' labels.
        predicted: ids of the likeliest labels.
        out_of_scope: the id of the label of rows that belong to none of the others, if any.

    """
    labels, found = np.asarray(expected), np.asarray(predicted)
    if out_of_scope is not None:
        labels, found = (
            np.where(ids == out_of_scope, OUT_OF_SCOPE, ids) for ids in (labels, found)
        )
    columns = {"label": labels, "predicted": found}
    figures = {"accuracy": accuracy(columns), "macro_f1": macro_f1(columns)}
    if (labels == OUT_OF_SCOPE).any():
        figures["out_of_scope_recall"] = out_of_scope_recall(columns)
    return figures
