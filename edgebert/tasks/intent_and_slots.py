"""Intent and slots: what a text asks for, and the values it names, from one run of the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from edgebert.bundle.manifest import INTENT_AND_SLOTS, Manifest
from edgebert.tasks.scores import LabelScore, check_label_count, rank_labels, softmax
from edgebert.tasks.task import Answer, EncodedRequest, LabellingTask, Outputs
from edgebert.tasks.text_classification import DEFAULT_TOP_K
from edgebert.tasks.token_classification import Entity, find_entities
from edgebert.text import WordPieceTokenizer


@dataclass(frozen=True, kw_only=True)
class IntentAndSlots(Answer):
    """The likeliest intents of a text, best first, and its slots, in its order."""

    labels: tuple[LabelScore, ...]
    entities: tuple[Entity, ...]


@dataclass(frozen=True)
class IntentAndSlotFilling(LabellingTask):
    """Scores every intent for a text, and labels every token and joins neighbours to slots.

    Attributes:
        slot_labels: the slots' BIO tags in id order.

    """

    name = INTENT_AND_SLOTS

    slot_labels: tuple[str, ...]

    @classmethod
    def of_bundle(cls, manifest: Manifest, tokenizer: WordPieceTokenizer) -> Self:
        """Build the task of a bundle."""
        return cls(tokenizer, max(manifest.buckets), manifest.labels, manifest.slot_labels)

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> IntentAndSlots:
        """See Task."""
        request, intents = encoded.request, outputs[0]["intent_logits"]
        check_label_count(self.labels, intents)
        return IntentAndSlots(
            truncated=encoded.truncated,
            labels=rank_labels(self.labels, softmax(intents), request.top_k or DEFAULT_TOP_K),
            entities=find_entities(
                self.slot_labels, outputs[0]["slot_logits"], encoded.encodings[0], request.text
            ),
        )
