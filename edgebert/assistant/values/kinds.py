"""The kinds of values that a handler can ask for, by name."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, get_args

from edgebert.assistant.values.durations import parse_duration
from edgebert.assistant.values.moments import Moment, parse_moment
from edgebert.assistant.values.numbers import parse_number

Kind = Literal["text", "number", "duration", "moment"]
Value = str | int | float | timedelta | Moment
KINDS: tuple[str, ...] = get_args(Kind)

LONGEST = 200  # characters of a value other than text

_PARSERS: dict[str, Callable[[str, datetime], Value | None]] = {
    "text": lambda text, now: text.strip(" .,!?") or None,
    "number": lambda text, now: parse_number(text),
    "duration": lambda text, now: parse_duration(text),
    "moment": parse_moment,
}


def parse_value(kind: Kind, text: str, now: datetime) -> Value | None:
    """Read the words of a slot.

    Args:
        kind: the kind of value.
        text: the words.
        now: what dates and times are relative to, with a time zone.

    Returns:
        A str, an int or a float, a timedelta or a Moment; None where the words are none such.

    """
    if kind != "text" and len(text) > LONGEST:
        return None
    return _PARSERS[kind](text, now)
