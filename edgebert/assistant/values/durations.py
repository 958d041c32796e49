"""Durations in words: "an hour and a half", "1 h 20 min", "90 seconds"."""

import re
from datetime import timedelta
from fractions import Fraction

from edgebert.assistant.values.numbers import words_to_digits

LONGEST = timedelta(days=3660)  # ten years; longer ones are misread, or meant as dates
_SECONDS = {
    "second": 1,
    "sec": 1,
    "s": 1,
    "minute": 60,
    "min": 60,
    "m": 60,
    "hour": 3600,
    "hr": 3600,
    "h": 3600,
    "day": 86400,
    "week": 604800,
}
_UNIT = r"(?P<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|weeks?)(?![^\W\d_])"
_NUMBER = r"(?P<number>\d{1,9}(?:\.\d{1,6})?|an?|half an?|(?:a )?quarter of an?|3 quarters of an?)"
_PART = re.compile(
    rf"{_NUMBER}(?P<half_before> and a half)?\s*{_UNIT}(?P<half_after> and a half)?", re.ASCII
)
_BETWEEN = re.compile(r"\s*(?:,|and)?\s*")
_FRACTIONS = {"half": Fraction(1, 2), "3 qu": Fraction(3, 4), "quar": Fraction(1, 4)}


def parse_duration(text: str) -> timedelta | None:
    """Read a text that is a duration and nothing else but "in", "for" or "from now" around it.

    Returns:
        More than nothing and at most `LONGEST`; None for any other text.

    """
    digits = words_to_digits(text, ordinals=False)
    digits = " ".join(digits.replace("-", " ").split()).rstrip(".!?")
    digits = re.sub(r"^(?:(?:in|for|after|within|another|about)\s+)+", "", digits)
    digits = re.sub(r"\s+(?:from now|later|long)$", "", digits)
    seconds = Fraction(0)
    place = 0
    while match := _PART.match(digits, place):
        unit = _SECONDS.get(match["unit"]) or _SECONDS[match["unit"].removesuffix("s")]
        halves = (match["half_before"] is not None) + (match["half_after"] is not None)
        seconds += (_number(match["number"]) + Fraction(halves, 2)) * unit
        place = match.end()
        if place == len(digits):
            break
        between = _BETWEEN.match(digits, place)
        place = between.end() if between else place
    if place < len(digits) or not 0 < seconds <= LONGEST.total_seconds():
        return None
    return timedelta(seconds=float(seconds))


def _number(word: str) -> Fraction:
    if word in ("a", "an"):
        return Fraction(1)
    fraction = _FRACTIONS.get(word.removeprefix("a ")[:4])
    return Fraction(word) if fraction is None else fraction
