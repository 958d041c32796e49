"""Times of the day in words: "half past six", "ten thirty pm", "noon", "in the morning"."""

import re
from dataclasses import dataclass
from typing import Literal

PartOfDay = Literal["morning", "afternoon", "evening", "night"]

_HOUR = r"(?P<hour>[01]?\d|2[0-4])"
_MINUTE = r"(?P<minute>[0-5]\d)"
_HALF = r"\s*(?P<half>[ap])\.?\s?m\b\.?"
_PATTERNS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"\b(?P<past>half|quarter|[0-5]?\d)(?: minutes?)? (?P<side>past|after|to|before|till) "
        rf"{_HOUR}(?:{_HALF})?\b(?! ?[:\d])",
        rf"\b{_HOUR}\s?[:.]\s?{_MINUTE}(?::[0-5]\d)?{_HALF}",
        rf"\b{_HOUR}(?: (?:oh )?(?P<minute>[0-5]?\d))?{_HALF}",
        rf"\b{_HOUR}:{_MINUTE}(?::[0-5]\d)?\b",
        rf"\b{_HOUR} o ?['\u2019]? ?clock\b",
        r"\b(?P<name>noon|midday|mid day|midnight)\b",
    )
)
# Only where "at" or a comma stands before it, or at the begin: 7 may also be a day of the month.
_BARE = re.compile(rf"(?:^|\bat |, ){_HOUR}(?: (?:oh )?(?P<minute>[0-5]\d|(?<=oh )\d))?\b")
_PARTS: dict[str, PartOfDay] = {
    "morning": "morning",
    "afternoon": "afternoon",
    "evening": "evening",
    "tonight": "night",
    "night": "night",
}
_PART = re.compile(rf"\b(?:in the |at |this )?({'|'.join(_PARTS)})s?\b")
_PAST = {"half": 30, "quarter": 15}


@dataclass(frozen=True)
class DayTime:
    """A time of the day as it was said.

    Attributes:
        hour: 0 to 23.
        minute: 0 to 59.
        either_half: whether it may be twelve hours later too, as "seven" is 7:00 or 19:00.

    """

    hour: int
    minute: int
    either_half: bool

    def in_part(self, part: PartOfDay) -> "DayTime":
        """Choose the half of the day that fits; night is from 6 pm to before 6 am."""
        if not self.either_half:
            return self
        hour = self.hour % 12
        later = part in ("afternoon", "evening") or (part == "night" and hour >= 6)
        return DayTime(hour + 12 if later else hour, self.minute, either_half=False)

    def as_usual(self) -> "DayTime":
        """Choose the half of the day that is usual on another day: from 6 am to before 6 pm."""
        if not self.either_half:
            return self
        hour = self.hour % 12
        return DayTime(hour if hour >= 6 else hour + 12, self.minute, either_half=False)


def find_part(text: str) -> tuple[PartOfDay | None, str]:
    """Find a part of the day; return it and the text without it ("tonight" leaves "today")."""
    match = _PART.search(text)
    if match is None:
        return None, text
    left = " today " if match[1] == "tonight" else " "
    return _PARTS[match[1]], text[: match.start()] + left + text[match.end() :]


def find_time(text: str) -> tuple[DayTime | None, str]:
    """Find a time that cannot be a date; return it and the text without it.

    Args:
        text: in lower case, numbers as digits.

    """
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if (found := _day_time(match)) is not None:
                return found, f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def find_bare_time(text: str) -> tuple[DayTime | None, str]:
    """Find a time that may be a date elsewhere ("7"), at the begin or after "at" or a comma."""
    match = _BARE.search(text)
    found = None if match is None else _day_time(match)
    if match is None or found is None:
        return None, text
    return found, f"{text[: match.start()]} {text[match.end() :]}"


def _day_time(match: re.Match[str]) -> DayTime | None:
    parts = match.groupdict()
    if parts.get("name"):
        return DayTime(0 if parts["name"] == "midnight" else 12, 0, either_half=False)
    hour, minute = int(parts["hour"]), int(parts.get("minute") or 0)
    if (past := parts.get("past")) is not None:
        minute = _PAST[past] if past in _PAST else int(past)
        if parts["side"] in ("to", "before", "till"):
            hour, minute = (hour - 1, 60 - minute) if minute else (hour, 0)
        hour = 12 if hour == 0 and parts["hour"] != "0" else hour % 24
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        return DayTime(hour % 12 + (12 if half == "p" else 0), minute, either_half=False)
    as_24_hours = parts["hour"].startswith("0") or not 1 <= hour <= 12
    return DayTime(hour % 24, minute, either_half=not as_24_hours)
