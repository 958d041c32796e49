"""Multiple choice: which of several texts continues or answers a prompt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edgebert.tasks.request import Request, check_parts
from edgebert.tasks.scores import best_first, softmax
from edgebert.tasks.task import Answer, EncodedRequest, Outputs
from edgebert.tasks.truncation import encode_truncated
from edgebert.text import WordPieceTokenizer


@dataclass(frozen=True)
class Choice:
    """One of the choices: its place in the request from 0, its text and its probability."""

    index: int
    text: str
    score: float


@dataclass(frozen=True, kw_only=True)
class RankedChoices(Answer):
    """The choices, best first."""

    choices: tuple[Choice, ...]


class MultipleChoice:
    """Pairs the prompt with each choice, one run of the model a choice."""

    def __init__(self, tokenizer: WordPieceTokenizer, max_length: int) -> None:
        """Set up the task.

        Args:
            tokenizer: the bundle's tokenizer.
            max_length: the longest input in tokens, special tokens included.

        """
        self._tokenizer = tokenizer
        self._max_length = max_length

    def encode(self, request: Request) -> EncodedRequest:
        """See Task."""
        check_parts(request, "multiple-choice", choices="required")
        encodings, cut = zip(
            *(
                encode_truncated(self._tokenizer, request.text, choice, self._max_length)
                for choice in request.choices
            ),
            strict=True,
        )
        return EncodedRequest(request, encodings, any(cut))

    def decode(self, encoded: EncodedRequest, outputs: Sequence[Outputs]) -> RankedChoices:
        """See Task."""
        request = encoded.request
        scores = softmax(np.concatenate([output["logits"] for output in outputs]))
        count = request.top_k or len(request.choices)
        return RankedChoices(
            truncated=encoded.truncated,
            choices=tuple(
                Choice(index, request.choices[index], float(scores[index]))
                for index in best_first(scores, count)
            ),
        )
