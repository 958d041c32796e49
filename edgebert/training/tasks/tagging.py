"""Training of token classification: a BIO tag a token."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from edgebert.evaluation.rows import Row
from edgebert.evaluation.tagging import (
    TaggedWords,
    TaggingMeasure,
    entity_counts,
    entity_f1,
    first_tokens,
    precision,
    recall,
)
from edgebert.tasks.token_classification import OUTSIDE
from edgebert.tasks.truncation import encode_truncated
from edgebert.text import Encoding, WordPieceTokenizer
from edgebert.training.features import IGNORED, UNLABELLED, Example, Target, feature
from edgebert.training.tasks.task import Logits, labelled_config

if TYPE_CHECKING:
    from transformers import PreTrainedModel, SqueezeBertConfig


class TokenClassificationTraining:
    """See TrainingTask."""

    per_token = frozenset({"tags"})

    def __init__(
        self, tokenizer: WordPieceTokenizer, max_length: int, tags: tuple[str, ...]
    ) -> None:
        self._tagger = WordTagger(tokenizer, max_length, tags)
        self._measure = TaggingMeasure(tags)

    def example(self, row: Row) -> Example:
        """See TrainingTask."""
        encoding, targets, expected = self._tagger.encode(self._measure.example(row), row)
        return Example((feature(encoding, {"tags": targets}),), expected)

    def unlabelled(self, text: str) -> Example:
        """See TrainingTask."""
        encoding, targets = self._tagger.encode_unlabelled(text)
        return Example((feature(encoding, {"tags": targets}),), None)

    def build(self, config: SqueezeBertConfig) -> PreTrainedModel:
        """See TrainingTask."""
        from transformers import SqueezeBertForTokenClassification

        return SqueezeBertForTokenClassification(labelled_config(config, self._tagger.tags))

    def logits(self, output: Any) -> dict[str, Tensor]:
        """See TrainingTask."""
        return {"tags": output.logits}

    def predict(self, logits: Logits) -> NDArray[np.int64]:
        """See TrainingTask; the id of each token's likeliest tag."""
        best: NDArray[np.int64] = logits["tags"].argmax(axis=-1)
        return best

    def metrics(
        self, examples: Sequence[Example], predictions: Sequence[Sequence[Any]]
    ) -> dict[str, float]:
        """See TrainingTask."""
        pairs = zip((e.expected for e in examples), (row[0] for row in predictions), strict=True)
        return self._tagger.metrics(pairs)


class ExpectedTags:
    """A row's tags, and where each of its words begins among the tokens (None: cut off)."""

    def __init__(self, tags: tuple[str, ...], positions: Sequence[int | None]) -> None:
        self.tags = tags
        self.positions = positions


class WordTagger:
    """Carries tags from words to tokens and back.

    Attributes:
        tags: the tags in id order.

    """

    def __init__(
        self, tokenizer: WordPieceTokenizer, max_length: int, tags: tuple[str, ...]
    ) -> None:
        self.tags = tags
        self._ids = {tag: index for index, tag in enumerate(tags)}
        self._tokenizer = tokenizer
        self._max_length = max_length

    def encode(self, tagged: TaggedWords, row: Row) -> tuple[Encoding, Target, ExpectedTags]:
        """Encode words, and give every token a target.

        A word's first token has the word's tag and the others continue it (I-), so that a span of
        tokens with one kind is a span of the text. Special tokens have no target.

        Raises:
            EdgebertError: a tag that is none of `tags`.

        """
        for tag in tagged.tags:
            if tag not in self._ids:
                raise row.wrong("tags", f"tags that the training rows have, found {tag!r}")
        encoding, _ = encode_truncated(
            self._tokenizer, " ".join(tagged.words), None, self._max_length
        )
        positions = first_tokens(tagged.words, encoding)
        starts = {at: tag for at, tag in zip(positions, tagged.tags, strict=True) if at is not None}
        targets = np.full(len(encoding), IGNORED, np.int64)
        tag = OUTSIDE
        for position, part in enumerate(encoding.sequence_ids):
            if part is not None:
                tag = starts.get(position, continued(tag))
                targets[position] = self._ids[tag]
        return encoding, targets, ExpectedTags(tagged.tags, positions)

    def encode_unlabelled(self, text: str) -> tuple[Encoding, Target]:
        """Encode a text whose tags nobody knows; special tokens have no target here either."""
        encoding, _ = encode_truncated(self._tokenizer, text, None, self._max_length)
        targets = [IGNORED if part is None else UNLABELLED for part in encoding.sequence_ids]
        return encoding, np.asarray(targets, np.int64)

    def metrics(self, rows: Iterable[tuple[ExpectedTags, NDArray[np.int64]]]) -> dict[str, float]:
        """Return F1, precision and recall of entities, for rows with their tokens' tag ids."""
        counts = []
        for expected, ids in rows:
            tags = [OUTSIDE if at is None else self.tags[ids[at]] for at in expected.positions]
            counts.append(entity_counts(expected.tags, tags))
        table = np.asarray(counts, np.float64).reshape(-1, 3)
        columns = dict(zip(("right", "predicted", "expected"), table.T, strict=True))
        return {
            "entity_f1": entity_f1(columns),
            "precision": precision(columns),
            "recall": recall(columns),
        }


def continued(tag: str) -> str:
    """Return the tag of what continues a word with this tag."""
    return f"I-{tag[2:]}" if tag.startswith("B-") else tag


def tags_of(rows: Iterable[TaggedWords]) -> tuple[str, ...]:
    """Return O and, for every kind of the rows' tags, B- and I-; kinds in alphabetical order."""
    kinds = sorted({tag[2:] for row in rows for tag in row.tags if tag != OUTSIDE})
    return (OUTSIDE, *(f"{prefix}-{kind}" for kind in kinds for prefix in "BI"))
