"""Intents and slots: each by the figures of its own task, and how often both are right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from edgebert.evaluation.classification import (
    OUT_OF_SCOPE,
    ClassificationMeasure,
)
from edgebert.evaluation.confidence import LabelledLogits
from edgebert.evaluation.measure import Columns, Metric, Model, Score, Scores, same_answers
from edgebert.evaluation.rows import Row
from edgebert.evaluation.tagging import (
    UNKNOWN,
    TaggedWords,
    TaggingMeasure,
    entity_f1,
    word_calibration_error,
)
from edgebert.tasks import Outputs
from edgebert.tasks.truncation import encode_truncated
from edgebert.text import Encoding

_INTENT, _SLOTS = "intent_", "slots_"  # what the columns of each begin with


@dataclass(frozen=True)
class LabelledWords:
    """The words of a text, the tag of each if its slots are known, and the id of its intent."""

    words: tuple[str, ...]
    tags: tuple[str, ...] | None
    label: int


def exact_match(columns: Columns) -> float:
    """Return the share of rows with intent and slots right, of those whose slots are known.

    Also called frame or sentence accuracy. Not a number where no row's slots are known.
    """
    known = _slots_known(columns)
    return float(_right(columns)[known].mean()) if known.any() else float("nan")


def slot_f1(columns: Columns) -> float:
    """Return the F1 of slots over rows whose slots are known; not a number where there is none."""
    return entity_f1(_part(columns, _SLOTS)) if _slots_known(columns).any() else float("nan")


def slot_calibration_error(columns: Columns) -> float:
    """Return the expected calibration error of words' tags, over rows whose slots are known."""
    return word_calibration_error(_part(columns, _SLOTS))


def of_intents(metric: Metric) -> Metric:
    """Return a figure of text classification as one of the intents."""
    return lambda columns: metric(_part(columns, _INTENT))


@dataclass(frozen=True)
class IntentAndSlotsMeasure:
    """Compares the likeliest intent with the row's, and the entities in its words' tags.

    A row has a label, and either tokens with tags or a text whose slots are unknown: such a row
    counts for the intent alone. What is out of scope counts for the figures of that alone.

    Attributes:
        intents: how intents are compared; its field is the text of a row without tags.
        slots: how slots are.

    """

    intents: ClassificationMeasure
    slots: TaggingMeasure
    columns: ClassVar[tuple[str, ...]] = (
        *(_INTENT + name for name in ClassificationMeasure.columns),
        *(_SLOTS + name for name in TaggingMeasure.columns),
        "known_slots",
    )

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """The figures; those of rows out of scope are the intents', see ClassificationMeasure."""
        of_label = {name: of_intents(metric) for name, metric in self.intents.metrics.items()}
        intent_ece = of_label.pop("ece")
        return {
            "exact_match": exact_match,
            "intent_accuracy": of_label.pop("accuracy"),
            "intent_macro_f1": of_label.pop("macro_f1"),
            "slot_f1": slot_f1,
            **of_label,
            "intent_ece": intent_ece,
            "slot_ece": slot_calibration_error,
        }

    def example(self, row: Row) -> LabelledWords:
        """See Measure."""
        tagged, label = tagged_words(row), self.intents.label_id(row)
        if tagged is None:
            return LabelledWords(tuple(row.text(self.intents.field).split(" ")), None, label)
        return LabelledWords(tagged.words, tagged.tags, label)

    def score(self, model: Model, example: LabelledWords) -> Score:
        """See Measure; words without a token are O."""
        encoding, outputs, truncated = self._ask(model, example)
        intent = self.intents.judge(outputs["intent_logits"], example.label, truncated)
        tags = self.slots.tags(outputs["slot_logits"], example.words, encoding)
        tagged = _known_words(example)
        counts = (
            UNKNOWN
            if tagged is None
            else self.slots.values(outputs["slot_logits"], tagged, encoding, tags)
        )
        return Score(
            (*intent.values, *counts, tagged is not None),
            f"{intent.answer} {' '.join(tags)}",
            truncated,
        )

    def labelled_logits(self, model: Model, example: LabelledWords) -> Mapping[str, LabelledLogits]:
        """See LabelMeasure."""
        encoding, outputs, _ = self._ask(model, example)
        known = {"intent_logits": self.intents.labelled(outputs["intent_logits"], example.label)}
        tagged = _known_words(example)
        if tagged is not None:
            known["slot_logits"] = self.slots.labelled(outputs["slot_logits"], tagged, encoding)
        return known

    def _ask(self, model: Model, example: LabelledWords) -> tuple[Encoding, Outputs, bool]:
        """Return an example's encoding, the outputs for it, and whether it was cut."""
        text = " ".join(example.words)
        encoding, truncated = encode_truncated(model.tokenizer, text, None, model.max_length)
        return encoding, model.outputs(encoding), truncated

    def agreement(self, these: Scores, others: Scores) -> float:
        """See Measure; the share of rows with the same intent and the same tags throughout."""
        return same_answers(these, others)

    def correct(self, columns: Columns) -> NDArray[np.bool_] | None:
        """See Measure; of the rows in scope, with intent and, where they are known, slots right."""
        right: NDArray[np.bool_] = _right(columns)[columns["intent_label"] != OUT_OF_SCOPE]
        return right


def tagged_words(row: Row) -> TaggedWords | None:
    """Return a row's words with their tags; None for a row that has no tags.

    Raises:
        EdgebertError: there is not one tag a word, or one is no tag.

    """
    return TaggingMeasure(()).example(row) if "tags" in row.record else None


def _known_words(example: LabelledWords) -> TaggedWords | None:
    """Return the tagged words of a row in scope; None where its slots are not known."""
    if example.tags is None or example.label == OUT_OF_SCOPE:
        return None
    return TaggedWords(example.words, example.tags)


def _part(columns: Columns, prefix: str) -> Columns:
    return {
        name.removeprefix(prefix): values
        for name, values in columns.items()
        if name.startswith(prefix)
    }


def _slots_known(columns: Columns) -> NDArray[np.bool_]:
    known: NDArray[np.bool_] = columns["known_slots"] == 1
    return known


def _right(columns: Columns) -> NDArray[np.bool_]:
    """Say which rows have the right intent and no slot too many or too few."""
    expected = columns["slots_expected"]
    right: NDArray[np.bool_] = (
        (columns["intent_predicted"] == columns["intent_label"])
        & (columns["slots_right"] == expected)
        & (columns["slots_predicted"] == expected)
    )
    return right
