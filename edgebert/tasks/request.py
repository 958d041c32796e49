"""What a task is asked: one text, or a text together with what belongs to it."""

from dataclasses import dataclass
from typing import Literal

from edgebert.errors import EdgebertError

PairRule = Literal["refused", "optional", "required"]
ChoicesRule = Literal["refused", "required"]


@dataclass(frozen=True)
class Request:
    """One question to a model.

    Attributes:
        text: the text; the question of question answering, the prompt of multiple choice.
        pair: the second text of a pair; the context of question answering.
        choices: the endings of multiple choice.
        top_k: most candidates in the answer where a task ranks some; None for the task's default.

    """

    text: str
    pair: str | None = None
    choices: tuple[str, ...] = ()
    top_k: int | None = None

    def __post_init__(self) -> None:
        """Refuse a `top_k` below 1 with an EdgebertError."""
        if self.top_k is not None and self.top_k < 1:
            raise EdgebertError(f"top_k: found {self.top_k}, expected 1 or more candidates")


def check_parts(request: Request, task: str, *, pair: PairRule, choices: ChoicesRule) -> None:
    """Check that a request has the parts its task needs, and none that it cannot use.

    Raises:
        EdgebertError: names the part that is missing or not wanted.

    """
    if pair == "refused" and request.pair is not None:
        raise EdgebertError(f"{task}: found a second text, expected one text a request")
    if pair == "required" and request.pair is None:
        raise EdgebertError(
            f"{task}: found a question without a context, expected the text that holds the "
            "answer; give it as context"
        )
    if choices == "refused" and request.choices:
        raise EdgebertError(
            f"{task}: found {len(request.choices)} choices, expected none; "
            "only a multiple-choice model chooses among texts"
        )
    if choices == "required" and len(request.choices) < 2:
        raise EdgebertError(
            f"{task}: found {len(request.choices)} choices, expected two or more texts to choose "
            "from; give them as choices"
        )
