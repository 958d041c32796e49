"""Text classification with several labels a text: micro and macro F1, and rows all right."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from edgebert.evaluation.measure import Columns, Metric, Model, Score, Scores, same_answers
from edgebert.evaluation.rows import Row
from edgebert.tasks import Request
from edgebert.tasks.text_classification import TextClassification


@dataclass(frozen=True)
class MultiLabelledText:
    """A text, or a pair, and the ids of its labels, which may be none."""

    text: str
    pair: str | None
    labels: frozenset[int]


def micro_f1(columns: Columns, count: int) -> float:
    """Return the F1 of all decisions about `count` labels, 0 where nothing is right."""
    right, both = _counts(columns, count)
    return float(2 * right.sum() / both.sum()) if both.any() else 0.0


def macro_f1(columns: Columns, count: int) -> float:
    """Return the mean F1 of `count` labels; that of a label that is nowhere is 0.

    As scikit-learn's `f1_score` has it for label indicators with ``zero_division=0``.
    """
    right, both = _counts(columns, count)
    return float(np.mean(2 * right / np.maximum(both, 1)))


def exact_match(columns: Columns, count: int) -> float:
    """Return the share of rows with all of `count` labels right (subset accuracy)."""
    return float(np.mean(_all_right(columns, count)))


@dataclass(frozen=True)
class MultiLabelMeasure:
    """Compares the labels above the threshold with the row's.

    Attributes:
        labels: the model's labels in id order.
        threshold: the least score of a label in an answer.
        field, pair_field, label_field: the names of the data's fields; no pair where the row
            lacks that field.

    """

    labels: tuple[str, ...]
    threshold: float
    field: str = "text"
    pair_field: str = "text_pair"
    label_field: str = "labels"

    @property
    def columns(self) -> tuple[str, ...]:
        """See Measure; of each label whether it is the row's, and whether it is in the answer."""
        count = len(self.labels)
        return tuple(f"{kind}_{id}" for kind in ("expected", "predicted") for id in range(count))

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """The figures."""
        count = len(self.labels)
        return {
            "micro_f1": partial(micro_f1, count=count),
            "macro_f1": partial(macro_f1, count=count),
            "exact_match": partial(exact_match, count=count),
        }

    def example(self, row: Row) -> MultiLabelledText:
        """See Measure."""
        pair = row.text(self.pair_field) if self.pair_field in row.record else None
        value = row.value(self.label_field)
        names = value if isinstance(value, list) else row.strings(self.label_field)
        ids = frozenset(self._label_id(row, name) for name in names)
        return MultiLabelledText(row.text(self.field), pair, ids)

    def score(self, model: Model, example: MultiLabelledText) -> Score:
        """See Measure."""
        task = TextClassification(model.tokenizer, model.max_length, self.labels, self.threshold)
        encoded = task.encode(Request(example.text, example.pair))
        answer = task.decode(encoded, [model.outputs(encoded.encodings[0])])
        found = {one.label for one in answer.labels}
        expected = [id in example.labels for id in range(len(self.labels))]
        predicted = [label in found for label in self.labels]
        said = " ".join(str(id) for id, chosen in enumerate(predicted) if chosen)
        return Score((*expected, *predicted), said, encoded.truncated)

    def agreement(self, these: Scores, others: Scores) -> float:
        """See Measure; the share of rows with the same labels."""
        return same_answers(these, others)

    def correct(self, columns: Columns) -> NDArray[np.bool_] | None:
        """See Measure; the rows with all labels right."""
        return _all_right(columns, len(self.labels))

    def _label_id(self, row: Row, label: object) -> int:
        """Return the id of a label, which is a name, or an integer id in .jsonl."""
        if isinstance(label, str) and label in self.labels:
            return self.labels.index(label)
        if isinstance(label, int) and not isinstance(label, bool) and 0 <= label < len(self.labels):
            return label
        names = ", ".join(self.labels[:5]) + (", ..." if len(self.labels) > 5 else "")
        raise row.wrong(
            self.label_field,
            f"an array with some of the model's {len(self.labels)} labels ({names}) or their ids",
        )


def _tables(columns: Columns, count: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what is expected and what was predicted, each bool [rows, labels]."""
    expected, predicted = (
        np.stack([columns[f"{kind}_{id}"] for id in range(count)], axis=1) == 1
        for kind in ("expected", "predicted")
    )
    return expected, predicted


def _counts(columns: Columns, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return of each label how often it is right, and how often expected plus how often predicted.

    F1 is twice the one over the other.
    """
    expected, predicted = _tables(columns, count)
    both = expected.sum(axis=0) + predicted.sum(axis=0)
    return (expected & predicted).sum(axis=0), both


def _all_right(columns: Columns, count: int) -> NDArray[np.bool_]:
    expected, predicted = _tables(columns, count)
    right: NDArray[np.bool_] = (expected == predicted).all(axis=1)
    return right
