"""The measure of each task."""

from collections.abc import Mapping
from dataclasses import dataclass

from edgebert.bundle.manifest import (
    FEATURE_EXTRACTION,
    INTENT_AND_SLOTS,
    QUESTION_ANSWERING,
    TEXT_CLASSIFICATION,
    TOKEN_CLASSIFICATION,
)
from edgebert.errors import EdgebertError
from edgebert.evaluation.answering import AnsweringMeasure
from edgebert.evaluation.classification import ClassificationMeasure
from edgebert.evaluation.joint import IntentAndSlotsMeasure
from edgebert.evaluation.measure import Measure
from edgebert.evaluation.multi_label import MultiLabelMeasure
from edgebert.evaluation.similarity import SimilarityMeasure
from edgebert.evaluation.tagging import TaggingMeasure

TASKS = (
    TEXT_CLASSIFICATION,
    TOKEN_CLASSIFICATION,
    INTENT_AND_SLOTS,
    QUESTION_ANSWERING,
    FEATURE_EXTRACTION,
)
_CLASSIFIERS = (TEXT_CLASSIFICATION, INTENT_AND_SLOTS)
_SINGLE_TEXTS = (TOKEN_CLASSIFICATION, INTENT_AND_SLOTS)


@dataclass(frozen=True)
class DataFields:
    """The names of the data's fields where they are not the task's usual ones.

    Attributes:
        field: the text, the words or the question.
        pair_field: the second text or the context.
        label_field: what is expected.

    """

    field: str | None = None
    pair_field: str | None = None
    label_field: str | None = None

    def given(self) -> Mapping[str, str]:
        """Return those that are named."""
        return {name: value for name, value in vars(self).items() if value is not None}


def measure_for(
    task: str,
    labels: tuple[str, ...],
    fields: DataFields,
    out_of_scope: tuple[str, ...],
    slot_labels: tuple[str, ...] = (),
    label_threshold: float | None = None,
) -> Measure:
    """Build the measure of a task.

    Args:
        task: by transformers' name.
        labels: the model's labels in id order.
        fields: names of the data's fields.
        out_of_scope: labels of rows that are out of a classifier's scope.
        slot_labels: the tags of the model's slots in id order, where it has some.
        label_threshold: least score of a label in an answer, where a text may have several.

    Raises:
        EdgebertError: the task has no measure, or no use for one of the arguments.

    """
    given = fields.given()
    if out_of_scope and label_threshold is not None:
        raise EdgebertError(
            "--out-of-scope: the model gives a text any number of labels; leave the option out and "
            "give such rows an empty list of labels"
        )
    if out_of_scope and task not in _CLASSIFIERS:
        raise EdgebertError(
            f"--out-of-scope: goes with {' and '.join(_CLASSIFIERS)} only, the model is for {task}"
        )
    if "pair_field" in given and task in _SINGLE_TEXTS:
        raise EdgebertError(f"--pair-field: {task} takes one text; leave the option out")
    if task == TEXT_CLASSIFICATION and label_threshold is not None:
        return MultiLabelMeasure(labels, label_threshold, **given)
    if task == TEXT_CLASSIFICATION:
        return ClassificationMeasure(labels, out_of_scope, **given)
    if task == TOKEN_CLASSIFICATION:
        return TaggingMeasure(labels, **given)
    if task == INTENT_AND_SLOTS:
        return IntentAndSlotsMeasure(
            ClassificationMeasure(labels, out_of_scope, **given), TaggingMeasure(slot_labels)
        )
    if task == QUESTION_ANSWERING:
        return AnsweringMeasure(**given)
    if task == FEATURE_EXTRACTION:
        return SimilarityMeasure(**given)
    raise EdgebertError(f"task {task}: cannot be evaluated, expected one of {', '.join(TASKS)}")
