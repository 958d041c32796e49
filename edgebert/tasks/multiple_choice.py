"""Multiple choice: which of several texts continues or answers a prompt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edgebert.bundle.manifest import MULTIPLE_CHOICE
from edgebert.tasks.request import Request
from edgebert.tasks.scores import best_first, softmax
from edgebert.tasks.task import Answer, EncodedRequest, Outputs, Task
from edgebert.tasks.truncation import encode_truncated


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


@dataclass(frozen=True)
class MultipleChoice(Task):
    """Pairs the prompt with each choice, one run of the model a choice."""

    name = MULTIPLE_CHOICE
    choices = "required"

    def encode(self, request: Request) -> EncodedRequest:
        """See Task."""
        self.check(request)
        encodings, cut = zip(
            *(
                encode_truncated(self.tokenizer, request.text, choice, self.max_length)
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
