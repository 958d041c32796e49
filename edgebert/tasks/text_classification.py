"""Text classification: which label a text, or a pair of texts, has."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgebert.bundle.manifest import TEXT_CLASSIFICATION
from edgebert.tasks.scores import LabelScore, check_label_count, rank_labels, softmax
from edgebert.tasks.task import Answer, EncodedRequest, LabellingTask, Outputs

DEFAULT_TOP_K = 5


@dataclass(frozen=True, kw_only=True)
class TextLabels(Answer):
    """The likeliest labels of a text, best first."""

    labels: tuple[LabelScore, ...]


@dataclass(frozen=True)
class TextClassification(LabellingTask):
    """Scores every label for a text; probabilities, or the raw output where there is one label."""

    name = TEXT_CLASSIFICATION
    pair = "optional"

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> TextLabels:
        """See Task."""
        logits = outputs[0]["logits"]
        check_label_count(self.labels, logits)
        scores = softmax(logits) if len(self.labels) > 1 else logits
        return TextLabels(
            truncated=encoded.truncated,
            labels=rank_labels(self.labels, scores, encoded.request.top_k or DEFAULT_TOP_K),
        )
