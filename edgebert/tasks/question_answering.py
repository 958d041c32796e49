"""Extractive question answering: the span of a context that answers a question."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edgebert.bundle.manifest import QUESTION_ANSWERING
from edgebert.engines.session import Float32Array
from edgebert.tasks.request import Request
from edgebert.tasks.scores import softmax
from edgebert.tasks.task import Answer, EncodedRequest, Outputs, Task
from edgebert.tasks.truncation import encode_truncated
from edgebert.text import Encoding

# transformers' question-answering pipeline (versions 2 to 4) has the same two limits.
LONGEST_ANSWER = 15  # tokens
LONGEST_STRIDE = 128  # tokens that neighbouring windows share

PAIR_SPECIAL_TOKENS = 3


@dataclass(frozen=True, kw_only=True)
class ExtractedAnswer(Answer):
    """The best span of the context.

    Attributes:
        text: the span as it stands in the context; empty where the context has no token.
        score: the probability of its start times the probability of its end, in its window.
        start: the first character, counted in code points of the context.
        end: the character after the last.

    """

    text: str
    score: float
    start: int
    end: int


@dataclass(frozen=True)
class Span:
    """Tokens first to last (inclusive) of one window, and the span's score."""

    first: int
    last: int
    score: float


@dataclass(frozen=True)
class QuestionAnswering(Task):
    """Looks for the answer in overlapping windows over the context, however long that is."""

    name = QUESTION_ANSWERING
    pair = "required"

    def encode(self, request: Request) -> EncodedRequest:
        """See Task; a question longer than half of the longest input is cut to that."""
        self.check(request)
        assert request.pair is not None
        room = self.max_length - PAIR_SPECIAL_TOKENS
        asked, truncated = encode_truncated(self.tokenizer, request.text, None, room // 2 + 2)
        question = request.text[: asked.offsets[-2][1]] if truncated else request.text
        room -= len(asked) - 2
        windows = self.tokenizer.encode_windows(
            question,
            request.pair,
            max_length=self.max_length,
            stride=min(room // 2, LONGEST_STRIDE),
        )
        return EncodedRequest(request, tuple(windows), truncated)

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> ExtractedAnswer:
        """See Task."""
        context = encoded.request.pair or ""
        window, span = max(
            (
                (window, best_span(window, output["start_logits"], output["end_logits"]))
                for window, output in zip(encoded.encodings, outputs, strict=True)
            ),
            key=lambda found: found[1].score,
        )
        start, end = self._characters(window, span)
        return ExtractedAnswer(
            truncated=encoded.truncated,
            text=context[start:end],
            score=span.score,
            start=start,
            end=end,
        )

    def _characters(self, window: Encoding, span: Span) -> tuple[int, int]:
        """Find the span's place in the context, widened to whole words."""
        first, last = span.first, span.last
        while self._continues(window, first):
            first -= 1
        while last + 1 < len(window) and self._continues(window, last + 1):
            last += 1
        return window.offsets[first][0], window.offsets[last][1]

    def _continues(self, window: Encoding, position: int) -> bool:
        """Whether a token continues the word of the token before it, inside the context."""
        token = self.tokenizer.token(window.input_ids[position])
        return (
            window.sequence_ids[position] == 1
            and window.sequence_ids[position - 1] == 1
            and token.startswith(self.tokenizer.config.subword_prefix)
        )


def best_span(window: Encoding, start_logits: Float32Array, end_logits: Float32Array) -> Span:
    """Find the likeliest span of the context in one window.

    The probabilities are taken over the context and [CLS]: a model trained on questions without
    an answer puts its weight on [CLS] then, which leaves little for any span. [CLS] itself is
    never an answer.

    Args:
        window: the tokens.
        start_logits: float32 [tokens].
        end_logits: float32 [tokens].

    Returns:
        The span; score 0 and the position of [CLS] if the window has no token of the context.

    """
    context = [at for at, sequence in enumerate(window.sequence_ids) if sequence == 1]
    if not context:
        return Span(0, 0, 0.0)
    valid = [0, *context]
    starts, ends = softmax(start_logits[valid])[1:], softmax(end_logits[valid])[1:]
    scores = np.tril(np.triu(np.outer(starts, ends)), LONGEST_ANSWER - 1)
    first, last = np.unravel_index(scores.argmax(), scores.shape)
    return Span(context[first], context[last], float(scores[first, last]))
