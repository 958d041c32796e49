"""Dates in words, by dateparser, which needs no network and is kept in order.

It is given only words that dates are made of: it guesses a date in many that are none ("a" is the
first of the month). What is relative is so to a day, not to a moment, which lets answers be kept.
"""

import re
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any

LONGEST = 60  # characters; no date in words is longer
_SEVEN = "monday tuesday wednesday thursday friday saturday sunday"
_WEEKDAYS = _SEVEN.split()
_TWELVE = "january february march april may june july august september october november december"
_MONTHS = _TWELVE.split()
_MONTH_NAMES = {*_MONTHS, *(name[:3] for name in _MONTHS), "sept"}
_NAMES = _MONTH_NAMES | {*_WEEKDAYS, *(name[:3] for name in _WEEKDAYS), "tues", "thurs"}
_SPANS = {"day", "days", "week", "weeks", "month", "months", "year", "years"}
_OTHERS = "today tomorrow yesterday after before next last this coming ago in of from now"
_RELATIVE = _SPANS | set(_OTHERS.split())
_TOKEN = re.compile(r"[a-z]+|\d+(?:[-/.]\d+)*(?:st|nd|rd|th)?", re.ASCII)
_DAY_OF_MONTH = re.compile(r"(?:the )?(\d{1,2})(?:st|nd|rd|th)(?: of (?:this|the) month)?")
_WRITTEN = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?(?:[./](?:\d\d)?\d\d)?", re.ASCII)
_FURTHEST_YEARS = 30


def parse_date(text: str, today: date) -> date | None:
    """Read a text that is a date and nothing else; what is not said is taken from the future.

    Args:
        text: in lower case, numbers as digits.
        today: what it is relative to.

    Returns:
        The date, a weekday that is today's as the one in a week; None for any other text.

    """
    text = re.sub(r"\b(?:on|for|by|the)\b|[,.](?=\s|$)|'s\b", " ", text)
    text = " ".join(text.replace("week end", "saturday").replace("weekend", "saturday").split())
    if not 2 < len(text) <= LONGEST or not text.isascii():
        return None
    words = _TOKEN.findall(text)
    if "".join(words) != text.replace(" ", ""):
        return None
    names = [word for word in words if word.isalpha() and word not in ("st", "nd", "rd", "th")]
    if not all(name in _NAMES or name in _RELATIVE for name in names):
        return None
    if match := _DAY_OF_MONTH.fullmatch(text):
        return _next_day_of_month(int(match[1]), today)
    short = [word for word in words if word.isdecimal() and len(word) < 3]
    if short and not (_MONTH_NAMES | _SPANS) & set(names):
        return None  # in "friday 5" the number is an hour
    if len(short) + sum(word[0].isdigit() and word[-1].isalpha() for word in words) > 1:
        return None  # and in "may 25 7"
    if not names and not _WRITTEN.fullmatch(text):
        return None
    return _by_dateparser(text, today)


def is_weekday(text: str, day: date) -> bool:
    """Tell whether a text names the weekday of a day, and no date beside it."""
    words = set(re.findall(r"[a-z]+|\d+", text.lower()))
    name = _WEEKDAYS[day.weekday()]
    return bool(words & {name, name[:3]}) and words <= {name, name[:3], "on", "this", "the"}


def prepare() -> None:
    """Load what the first date needs, which takes a few tenths of a second."""
    _by_dateparser("tomorrow", date(2000, 1, 1))


@lru_cache(maxsize=512)
def _by_dateparser(text: str, today: date) -> date | None:
    try:
        found = _parser(today).get_date_data(text).date_obj
    except (ValueError, OverflowError):  # of dates that no calendar has
        return None
    if found is None or abs(found.year - today.year) > _FURTHEST_YEARS:
        return None
    return date(found.year, found.month, found.day)


@lru_cache(maxsize=4)
def _parser(today: date) -> Any:
    return _parser_class()(
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime.combine(today, time()),
            "PREFER_DATES_FROM": "future",
            "PREFER_DAY_OF_MONTH": "first",
        },
    )


@cache
def _parser_class() -> Any:
    from dateparser.date import DateDataParser

    return DateDataParser


def _next_day_of_month(day: int, today: date) -> date | None:
    first = today.replace(day=1)
    for _ in range(3):  # every other month at least has 31 days
        try:
            found = first.replace(day=day)
        except ValueError:
            found = None
        if found is not None and found >= today:
            return found
        first = (first + timedelta(days=32)).replace(day=1)
    return None
