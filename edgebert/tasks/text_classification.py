"""Text classification: which label a text, or a pair of texts, has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from msgspec import UNSET

from edgebert.bundle.manifest import TEXT_CLASSIFICATION, Manifest
from edgebert.tasks.scores import LabelScore, check_label_count, rank_labels, sigmoid, softmax
from edgebert.tasks.task import Answer, EncodedRequest, LabellingTask, Outputs
from edgebert.text import WordPieceTokenizer

DEFAULT_TOP_K = 5
DEFAULT_THRESHOLD = 0.5


@dataclass(frozen=True, kw_only=True)
class TextLabels(Answer):
    """The likeliest labels of a text, best first; maybe none where a text may have several."""

    labels: tuple[LabelScore, ...]


@dataclass(frozen=True)
class TextClassification(LabellingTask):
    """Scores every label for a text; probabilities, or the raw output where there is one label.

    Attributes:
        threshold: where a text may have several labels (multi-label), the least score of one in the
            answer: their probabilities are then independent. None where it has one.

    """

    name = TEXT_CLASSIFICATION
    pair = "optional"

    threshold: float | None = None

    @classmethod
    def of_bundle(cls, manifest: Manifest, tokenizer: WordPieceTokenizer) -> Self:
        """Build the task of a bundle."""
        threshold = None if manifest.label_threshold is UNSET else manifest.label_threshold
        return cls(tokenizer, max(manifest.buckets), manifest.labels, threshold)

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> TextLabels:
        """See Task; of several labels those above the threshold, or with a `top_k` the best."""
        logits = outputs[0]["logits"]
        check_label_count(self.labels, logits)
        count = encoded.request.top_k
        if self.threshold is not None:
            chosen = sigmoid(logits)
            enough = int((chosen >= self.threshold).sum()) if count is None else count
            labels = rank_labels(self.labels, chosen, enough)
        else:
            scores = softmax(logits) if len(self.labels) > 1 else logits
            labels = rank_labels(self.labels, scores, count or DEFAULT_TOP_K)
        return TextLabels(truncated=encoded.truncated, labels=labels)
