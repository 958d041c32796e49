"""Text classification: which label a text, or a pair of texts, has."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgebert.tasks.request import Request, check_parts
from edgebert.tasks.scores import LabelScore, best_first, check_label_count, softmax
from edgebert.tasks.task import Answer, EncodedRequest, Outputs
from edgebert.tasks.truncation import encode_truncated
from edgebert.text import WordPieceTokenizer

DEFAULT_TOP_K = 5


@dataclass(frozen=True, kw_only=True)
class TextLabels(Answer):
    """The likeliest labels of a text, best first."""

    labels: tuple[LabelScore, ...]


class TextClassification:
    """Scores every label for a text; probabilities, or the raw output where there is one label."""

    def __init__(
        self, tokenizer: WordPieceTokenizer, max_length: int, labels: Sequence[str]
    ) -> None:
        """Set up the task.

        Args:
            tokenizer: the bundle's tokenizer.
            max_length: the longest input in tokens, special tokens included.
            labels: the label names in id order.

        """
        self._tokenizer = tokenizer
        self._max_length = max_length
        self._labels = tuple(labels)

    def encode(self, request: Request) -> EncodedRequest:
        """See Task."""
        check_parts(request, "text-classification", pair="optional")
        encoding, truncated = encode_truncated(
            self._tokenizer, request.text, request.pair, self._max_length
        )
        return EncodedRequest(request, (encoding,), truncated)

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> TextLabels:
        """See Task."""
        logits = outputs[0]["logits"]
        check_label_count(self._labels, logits)
        scores = softmax(logits) if len(self._labels) > 1 else logits
        return TextLabels(
            truncated=encoded.truncated,
            labels=tuple(
                LabelScore(self._labels[index], float(scores[index]))
                for index in best_first(scores, encoded.request.top_k or DEFAULT_TOP_K)
            ),
        )
