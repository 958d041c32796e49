"""Token classification: the named spans of a text, such as people, places or slots."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from edgebert.bundle.manifest import TOKEN_CLASSIFICATION
from edgebert.engines.session import Float32Array
from edgebert.tasks.scores import check_label_count, softmax
from edgebert.tasks.task import Answer, EncodedRequest, LabellingTask, Outputs
from edgebert.text import Encoding

OUTSIDE = "O"


@dataclass(frozen=True)
class Entity:
    """A span of a text with a label.

    Attributes:
        label: the label without its B- or I-.
        score: the mean probability of the labels of its tokens.
        start: the first character, counted in code points of the original text.
        end: the character after the last.
        text: the span as it stands in the original text.

    """

    label: str
    score: float
    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Entities(Answer):
    """The entities of a text, in its order."""

    entities: tuple[Entity, ...]


@dataclass(frozen=True)
class LabelledToken:
    """One token with its likeliest label, that label's probability and its place in the text."""

    label: str
    score: float
    start: int
    end: int

    @property
    def begins(self) -> bool:
        """Whether the label says that an entity begins here."""
        return self.label.startswith("B-")

    @property
    def kind(self) -> str:
        """The label without its B- or I-; a label without either is its own kind."""
        return self.label[2:] if self.label.startswith(("B-", "I-")) else self.label


@dataclass(frozen=True)
class TokenClassification(LabellingTask):
    """Labels every token and joins neighbours to entities, as transformers' "simple" strategy.

    The label "O" is for tokens outside of entities.
    """

    name = TOKEN_CLASSIFICATION

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> Entities:
        """See Task."""
        found = find_entities(
            self.labels, outputs[0]["logits"], encoded.encodings[0], encoded.request.text
        )
        return Entities(truncated=encoded.truncated, entities=found)


def find_entities(
    labels: Sequence[str], logits: Float32Array, encoding: Encoding, text: str
) -> tuple[Entity, ...]:
    """Label every token of a text and join neighbours to entities.

    Args:
        labels: the labels in id order.
        logits: float32 [tokens, labels].
        encoding: of the text, the same tokens.
        text: what was encoded.

    Raises:
        EdgebertError: there are not as many labels as the model scores.

    """
    check_label_count(labels, logits)
    tokens = [
        LabelledToken(labels[row.argmax()], float(row.max()), start, end)
        for row, (start, end), sequence in zip(
            softmax(logits), encoding.offsets, encoding.sequence_ids, strict=True
        )
        if sequence is not None
    ]
    entities = (_join(group, text) for group in group_tokens(tokens))
    return tuple(entity for entity in entities if entity.label != OUTSIDE)


def group_tokens(tokens: Sequence[LabelledToken]) -> Iterator[list[LabelledToken]]:
    """Group neighbours of the same kind; a token whose label begins with B- opens a new group."""
    group: list[LabelledToken] = []
    for token in tokens:
        if group and (token.begins or token.kind != group[-1].kind):
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _join(group: Sequence[LabelledToken], text: str) -> Entity:
    first, last = group[0], group[-1]
    # transformers drops whatever stands before the first hyphen ("E-PER" is reported as "PER").
    label = first.label.split("-", 1)[-1]
    score = float(np.mean([token.score for token in group]))
    return Entity(label, score, first.start, last.end, text[first.start : last.end])
