"""Text classification: accuracy, macro F1, and what the model's confidence is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from edgebert.engines.session import Float32Array
from edgebert.errors import EdgebertError
from edgebert.evaluation.confidence import LabelledLogits, bin_gaps, calibration_error
from edgebert.evaluation.measure import Columns, Metric, Model, Score, Scores, same_answers
from edgebert.evaluation.ranks import area_under_curve
from edgebert.evaluation.rows import Row
from edgebert.tasks import Request
from edgebert.tasks.scores import check_label_count, softmax
from edgebert.tasks.text_classification import TextClassification

OUT_OF_SCOPE = -1  # in the columns of the rows' own labels and of the predicted ones


@dataclass(frozen=True)
class LabelledText:
    """A text, or a pair, and the id of its label."""

    text: str
    pair: str | None
    label: int


def accuracy(columns: Columns) -> float:
    """Return the share of rows in scope whose likeliest label is the row's own.

    Not a number where no row is in scope.
    """
    known = columns["label"] != OUT_OF_SCOPE
    if not known.any():
        return float("nan")
    return float(np.mean(columns["predicted"][known] == columns["label"][known]))


def macro_f1(columns: Columns) -> float:
    """Return the mean of the labels' F1, over rows in scope.

    A label counts if it is a row's own or was predicted, as in scikit-learn's `f1_score`; out of
    scope is none. Not a number where no row is in scope.
    """
    known = columns["label"] != OUT_OF_SCOPE
    if not known.any():
        return float("nan")
    expected = columns["label"][known].astype(np.int64)
    predicted = columns["predicted"][known].astype(np.int64)
    count = int(max(expected.max(), predicted.max())) + 1
    right = np.bincount(expected[expected == predicted], minlength=count)
    both = np.bincount(expected, minlength=count)
    both += np.bincount(predicted[predicted != OUT_OF_SCOPE], minlength=count)
    return float(np.mean(2 * right[both > 0] / both[both > 0]))


def out_of_scope_auroc(columns: Columns) -> float:
    """Return the area under the ROC curve of the confidence, rows in scope against the others.

    The confidence is the largest probability of a label in scope; where the model has no other
    labels it is the baseline of Hendrycks and Gimpel (2017).
    """
    return area_under_curve(columns["confidence"], columns["label"] != OUT_OF_SCOPE)


def out_of_scope_recall(columns: Columns) -> float:
    """Return the share of rows out of scope of which the model says so.

    Not a number where there is no such row.
    """
    outside = columns["label"] == OUT_OF_SCOPE
    if not outside.any():
        return float("nan")
    return float(np.mean(columns["predicted"][outside] == OUT_OF_SCOPE))


def label_calibration_error(columns: Columns) -> float:
    """Return the expected calibration error over rows in scope, see `calibration_error`."""
    known = columns["label"] != OUT_OF_SCOPE
    return scope_calibration_error({name: values[known] for name, values in columns.items()})


def scope_calibration_error(columns: Columns) -> float:
    """Return the same over all rows: saying that a text is out of scope is right where it is."""
    right = columns["predicted"] == columns["label"]
    return calibration_error(bin_gaps(columns["probability"], right), len(right))


@dataclass(frozen=True)
class ClassificationMeasure:
    """Compares the likeliest label with the row's.

    Attributes:
        labels: the model's labels in id order.
        out_of_scope: labels of rows that are out of scope: the model lacks them, or they are how
            it says that a text is out of scope.
        field, pair_field, label_field: the names of the data's fields; no pair where the row
            lacks that field.

    """

    labels: tuple[str, ...]
    out_of_scope: tuple[str, ...] = ()
    field: str = "text"
    pair_field: str = "text_pair"
    label_field: str = "label"
    columns: ClassVar[tuple[str, ...]] = ("label", "predicted", "confidence", "probability")

    def __post_init__(self) -> None:
        """Refuse a model that does not choose among labels in scope."""
        if len(self.labels) - len(self._own_out_of_scope) < 2:
            raise EdgebertError(
                f"labels: the model has {len(self.labels) - len(self._own_out_of_scope)} in scope, "
                "expected two or more; evaluate measures models that choose among labels"
            )

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """The figures; those of rows out of scope only where the data has some.

        The recall is given only where the model has a label for them. Rows out of scope count for
        the calibration error where exactly one label says so: that is their right answer.
        """
        figures: dict[str, Metric] = {"accuracy": accuracy, "macro_f1": macro_f1}
        if self._own_out_of_scope:
            figures["out_of_scope_recall"] = out_of_scope_recall
        if self.out_of_scope:
            figures["out_of_scope_auroc"] = out_of_scope_auroc
        figures["ece"] = (
            label_calibration_error if self._right_outside is None else scope_calibration_error
        )
        return figures

    def example(self, row: Row) -> LabelledText:
        """See Measure."""
        pair = row.text(self.pair_field) if self.pair_field in row.record else None
        return LabelledText(row.text(self.field), pair, self.label_id(row))

    def score(self, model: Model, example: LabelledText) -> Score:
        """See Measure."""
        logits, truncated = self._ask(model, example)
        return self.judge(logits, example.label, truncated)

    def labelled_logits(self, model: Model, example: LabelledText) -> Mapping[str, LabelledLogits]:
        """See LabelMeasure."""
        return {"logits": self.labelled(self._ask(model, example)[0], example.label)}

    def labelled(self, logits: Float32Array, label: int) -> LabelledLogits:
        """Return the logits, float32 [labels], of a text with its label's id.

        They are none where the model lacks the right label: out of scope it has it only if
        exactly one label says so.

        Raises:
            EdgebertError: there are not as many labels as the model scores.

        """
        check_label_count(self.labels, logits)
        right = self._right_outside if label == OUT_OF_SCOPE else label
        ids = [] if right is None else [right]
        return LabelledLogits(logits[None][: len(ids)], np.array(ids, dtype=np.int64))

    def _ask(self, model: Model, example: LabelledText) -> tuple[Float32Array, bool]:
        """Return the logits of an example, float32 [labels], and whether it was cut."""
        task = TextClassification(model.tokenizer, model.max_length, self.labels)
        encoded = task.encode(Request(example.text, example.pair))
        return model.outputs(encoded.encodings[0])["logits"], encoded.truncated

    def judge(self, logits: Float32Array, label: int, truncated: bool) -> Score:
        """Score the logits, float32 [labels], of a text with this label's id.

        Raises:
            EdgebertError: there are not as many labels as the model scores.

        """
        check_label_count(self.labels, logits)
        probabilities = softmax(logits)
        best = int(probabilities.argmax())
        outside = self._own_out_of_scope
        predicted = OUT_OF_SCOPE if best in outside else best
        confidence = float(np.delete(probabilities, outside).max())
        values = (label, predicted, confidence, float(probabilities[best]))
        return Score(values, self.labels[best], truncated)

    @property
    def _own_out_of_scope(self) -> list[int]:
        """The ids of the model's labels that are out of scope."""
        return [id for id, name in enumerate(self.labels) if name in self.out_of_scope]

    @property
    def _right_outside(self) -> int | None:
        """The id of the only label of the model's that is out of scope; None without or of more."""
        outside = self._own_out_of_scope
        return outside[0] if len(outside) == 1 else None

    def agreement(self, these: Scores, others: Scores) -> float:
        """See Measure; the share of rows with the same label."""
        return same_answers(these, others)

    def correct(self, columns: Columns) -> NDArray[np.bool_] | None:
        """See Measure; of the rows in scope."""
        known = columns["label"] != OUT_OF_SCOPE
        right: NDArray[np.bool_] = columns["predicted"][known] == columns["label"][known]
        return right

    def label_id(self, row: Row) -> int:
        """Return the id of a row's label, which is a name, or an integer id in .jsonl.

        Raises:
            EdgebertError: it is none of the model's, nor out of scope.

        """
        label = row.value(self.label_field)
        if label in self.out_of_scope:
            return OUT_OF_SCOPE
        if isinstance(label, str) and label in self.labels:
            return self.labels.index(label)
        if isinstance(label, int) and not isinstance(label, bool) and 0 <= label < len(self.labels):
            return OUT_OF_SCOPE if label in self._own_out_of_scope else label
        names = ", ".join(self.labels[:5]) + (", ..." if len(self.labels) > 5 else "")
        raise row.wrong(
            self.label_field,
            f"one of the model's {len(self.labels)} labels ({names}) or its id; pass "
            "--out-of-scope LABEL for rows that belong to none",
        )
