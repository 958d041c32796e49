"""Token classification: entities (slots, names) found exactly, by seqeval's definition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from edgebert.engines.session import Float32Array
from edgebert.errors import EdgebertError
from edgebert.evaluation.confidence import BINS, LabelledLogits, bin_gaps, calibration_error
from edgebert.evaluation.measure import Columns, Metric, Model, Score, Scores, same_answers
from edgebert.evaluation.rows import Row
from edgebert.tasks.scores import check_label_count
from edgebert.tasks.token_classification import OUTSIDE
from edgebert.tasks.truncation import encode_truncated
from edgebert.text import Encoding

_GAPS = tuple(f"gap_{number}" for number in range(1, BINS + 1))
UNKNOWN = (0.0,) * (4 + BINS)  # the columns of a row whose tags are not known


@dataclass(frozen=True)
class TaggedWords:
    """The words of a text and the tag of each: O, or B- or I- with a kind."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def entity_f1(columns: Columns) -> float:
    """Return the F1 of entities over all rows: kind, first and last word must be right."""
    found = columns["predicted"].sum() + columns["expected"].sum()
    return float(2 * columns["right"].sum() / found) if found else 0.0


def precision(columns: Columns) -> float:
    """Return the share of the predicted entities that are right; 0 where there is none."""
    predicted = columns["predicted"].sum()
    return float(columns["right"].sum() / predicted) if predicted else 0.0


def recall(columns: Columns) -> float:
    """Return the share of the rows' entities that were found; 0 where there is none."""
    expected = columns["expected"].sum()
    return float(columns["right"].sum() / expected) if expected else 0.0


def word_calibration_error(columns: Columns) -> float:
    """Return the expected calibration error of words' tags, see `calibration_error`.

    Words count that have a token and a tag that the model knows. Not a number where there is none.
    """
    gaps = np.array([columns[name].sum() for name in _GAPS])
    return calibration_error(gaps, columns["words"].sum())


def is_tag(label: str) -> bool:
    """Whether a label is O, or B- or I- with a kind."""
    return label == OUTSIDE or (label.startswith(("B-", "I-")) and len(label) > 2)


def entities(tags: Sequence[str]) -> set[tuple[str, int, int]]:
    """Return the entities in a text's tags, as (kind, first word, last word).

    As seqeval (its default mode) and CoNLL's script have it: an entity ends before O, before B-
    and before another kind; I- that continues nothing begins one.
    """
    found = set()
    begin, kind = 0, ""
    for at, tag in enumerate([*tags, OUTSIDE]):
        prefix, _, its_kind = tag.partition("-")
        if kind and (prefix != "I" or its_kind != kind):
            found.add((kind, begin, at - 1))
            kind = ""
        if prefix != OUTSIDE and not kind:
            begin, kind = at, its_kind
    return found


def entity_counts(expected: Sequence[str], predicted: Sequence[str]) -> tuple[int, int, int]:
    """Return how many entities in two lists of tags are in both, predicted, and expected."""
    right, found = entities(expected), entities(predicted)
    return len(right & found), len(found), len(right)


def first_tokens(words: Sequence[str], encoding: Encoding) -> list[int | None]:
    """Find each word's first token, None for a word without a token (invisible, or cut off).

    Args:
        words: the words; joined by single spaces they are the text.
        encoding: of that text.

    """
    starts: dict[int, int] = {}
    for position, ((start, _), part) in enumerate(
        zip(encoding.offsets, encoding.sequence_ids, strict=True)
    ):
        if part is not None:
            starts.setdefault(start, position)
    ordered = sorted(starts)
    found: list[int | None] = []
    begin = 0
    for word in words:
        at = int(np.searchsorted(ordered, begin))
        inside = at < len(ordered) and ordered[at] < begin + len(word)
        found.append(starts[ordered[at]] if inside else None)
        begin += len(word) + 1
    return found


@dataclass(frozen=True)
class TaggingMeasure:
    """Tags each word as its first token, and compares the entities.

    Attributes:
        labels: the model's labels in id order.
        field, label_field: the names of the data's fields.

    """

    labels: tuple[str, ...]
    field: str = "tokens"
    label_field: str = "tags"
    columns: ClassVar[tuple[str, ...]] = ("right", "predicted", "expected", "words", *_GAPS)
    metrics: ClassVar[Mapping[str, Metric]] = {
        "entity_f1": entity_f1,
        "precision": precision,
        "recall": recall,
        "ece": word_calibration_error,
    }

    def __post_init__(self) -> None:
        """Refuse a model whose labels are no BIO tags."""
        for label in self.labels:
            if not is_tag(label):
                raise EdgebertError(
                    f"labels: the model has {label!r}, expected O and labels that begin with B- "
                    "or I-; entities of another tagging cannot be evaluated"
                )

    def example(self, row: Row) -> TaggedWords:
        """See Measure."""
        words, tags = row.strings(self.field), row.strings(self.label_field)
        if len(words) != len(tags):
            raise EdgebertError(
                f"{row.place}: has {len(words)} {self.field} and {len(tags)} {self.label_field}, "
                "expected one tag a token"
            )
        for tag in tags:
            if not is_tag(tag):
                raise row.wrong(self.label_field, f"O, or B- or I- with a kind, found {tag!r}")
        return TaggedWords(words, tags)

    def score(self, model: Model, example: TaggedWords) -> Score:
        """See Measure; words without a token are O."""
        logits, encoding, truncated = self._ask(model, example)
        tags = self.tags(logits, example.words, encoding)
        values = self.values(logits, example, encoding, tags)
        return Score(values, " ".join(tags), truncated)

    def labelled_logits(self, model: Model, example: TaggedWords) -> Mapping[str, LabelledLogits]:
        """See LabelMeasure; of the words as `word_calibration_error` counts them."""
        logits, encoding, _ = self._ask(model, example)
        return {"logits": self.labelled(logits, example, encoding)}

    def _ask(self, model: Model, example: TaggedWords) -> tuple[Float32Array, Encoding, bool]:
        """Return an example's logits, float32 [tokens, labels], encoding, and if it was cut."""
        text = " ".join(example.words)
        encoding, truncated = encode_truncated(model.tokenizer, text, None, model.max_length)
        return model.outputs(encoding)["logits"], encoding, truncated

    def values(
        self, logits: Float32Array, example: TaggedWords, encoding: Encoding, tags: Sequence[str]
    ) -> tuple[float, ...]:
        """Return the columns of a row, from its text's logits [tokens, labels] and their `tags`."""
        confidence, right = self.labelled(logits, example, encoding).confidence()
        gaps = bin_gaps(confidence, right).tolist()
        return (*entity_counts(example.tags, tags), len(right), *gaps)

    def labelled(
        self, logits: Float32Array, example: TaggedWords, encoding: Encoding
    ) -> LabelledLogits:
        """Return what is said of each word that has a token and a tag that the model knows."""
        found = [
            (position, self.labels.index(tag))
            for position, tag in zip(
                first_tokens(example.words, encoding), example.tags, strict=True
            )
            if position is not None and tag in self.labels
        ]
        positions, labels = np.array(found, dtype=np.int64).reshape(-1, 2).T
        return LabelledLogits(logits[positions], labels)

    def tags(
        self, logits: Float32Array, words: Sequence[str], encoding: Encoding
    ) -> tuple[str, ...]:
        """Return the likeliest tag of each word's first token, O for a word without a token.

        Args:
            logits: float32 [tokens, labels].
            words: joined by single spaces they are the text.
            encoding: of that text.

        Raises:
            EdgebertError: there are not as many labels as the model scores.

        """
        check_label_count(self.labels, logits)
        best = logits.argmax(axis=-1)
        return tuple(
            OUTSIDE if position is None else self.labels[best[position]]
            for position in first_tokens(words, encoding)
        )

    def agreement(self, these: Scores, others: Scores) -> float:
        """See Measure; the share of rows with the same tags throughout."""
        return same_answers(these, others)

    def correct(self, columns: Columns) -> NDArray[np.bool_] | None:
        """See Measure; a row is right by degree."""
        return None
