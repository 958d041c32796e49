"""Moments in words: a date, a time of the day or both, or so long from now."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from edgebert.assistant.values.dates import is_weekday, parse_date
from edgebert.assistant.values.durations import parse_duration
from edgebert.assistant.values.numbers import words_to_digits
from edgebert.assistant.values.times import (
    DayTime,
    PartOfDay,
    find_bare_time,
    find_part,
    find_time,
)

LONGEST = 120  # characters; no moment in words is longer
_EDGES = re.compile(
    r"^(?:(?:at|on|for|by|the|in|and|from|is|it|what about|how about)\b[ ,]*)+"
    r"|[ ,]*\b(?:at|on|for|by|the|in|and|please)$"
)


@dataclass(frozen=True)
class Moment:
    """A point in time as it was said.

    Attributes:
        at: the moment with its time zone; midnight of the day where no time was said.
        has_date: whether a date was said.
        has_time: whether a time of the day was said.
        part: the part of the day that was said, or None.
        after: the duration, where it was said as one, as in "in ten minutes".

    """

    at: datetime
    has_date: bool
    has_time: bool
    part: PartOfDay | None = None
    after: timedelta | None = None


def parse_moment(text: str, now: datetime) -> Moment | None:
    """Read a text that is a moment and nothing else.

    A time without a date is the next one: at 8 in the morning "six" is 18:00 and "six am" is
    tomorrow's. On another day hours from 1 to 5 are those after noon. A weekday that is today's
    is today while the time is still to come, otherwise in a week.

    Args:
        text: such as "tomorrow at half past six", "friday five in the morning", "10 minutes".
        now: with a time zone; what is relative is so to it.

    Returns:
        The moment in the time zone of `now`; None for any other text.

    """
    if len(text) > LONGEST:
        return None
    after = parse_duration(text)
    if after is not None:
        at = _normal(now, now.timestamp() + after.total_seconds())
        return Moment(at, has_date=True, has_time=True, after=after)
    words = " ".join(words_to_digits(text).strip(" ?!.,").split()).replace(" ,", ",")
    if words == "now":
        return Moment(now, has_date=True, has_time=True)
    part, left = find_part(words)
    found, left = find_time(left)
    left = _trim(left)
    day = parse_date(left, now.date()) if left else None
    if left and day is None:
        found, left, day = _with_bare_time(found, left, now)
        if left and day is None:
            return None
    if found is None and day is None and part is None:
        return None
    return _combine(left, day, found, part, now)


def _with_bare_time(
    found: DayTime | None, left: str, now: datetime
) -> tuple[DayTime | None, str, date | None]:
    """Try the first number, then the last, as the time, and the rest as the date."""
    if found is not None:
        return found, left, None
    turned = re.sub(r"^(.*\D) (\d{1,2}(?: \d{1,2})?)$", r"at \2 \1", left)
    for words in dict.fromkeys((left, turned)):
        found, rest = find_bare_time(words)
        rest = _trim(rest)
        if found is not None:
            day = parse_date(rest, now.date()) if rest else None
            if day is not None or not rest:
                return found, rest, day
    return None, left, None


def _combine(
    words: str,
    day: date | None,
    found: DayTime | None,
    part: PartOfDay | None,
    now: datetime,
) -> Moment:
    has_date = day is not None
    today = now.date()
    if part is not None and found is not None:
        found = found.in_part(part)
        # The small hours of a night belong to the day after it.
        small_hours = part == "night" and found.hour < 6
    else:
        small_hours = False
    if found is None:
        return Moment(_at(now, day or today, time()), has_date, has_time=False, part=part)
    if has_date and is_weekday(words, today):
        options = [_at(now, today, clock) for clock in _times(found)]
        for at in sorted(options):
            if at > now:
                return Moment(at, has_date, has_time=True, part=part)
    if has_date and day != today:
        found = found.as_usual()
    base = day or today
    if small_hours:
        base += timedelta(days=1)
    options = sorted(_at(now, base, clock) for clock in _times(found))
    coming = [at for at in options if at > now]
    if coming or (has_date and not small_hours):
        return Moment((coming or options)[0], has_date, has_time=True, part=part)
    tomorrow = base + timedelta(days=1)
    at = min(_at(now, tomorrow, clock) for clock in _times(found))
    return Moment(at, has_date, has_time=True, part=part)


def _times(found: DayTime) -> list[time]:
    hours = (found.hour % 12, found.hour % 12 + 12) if found.either_half else (found.hour,)
    return [time(hour, found.minute) for hour in hours]


def _at(now: datetime, day: date, clock: time) -> datetime:
    local = datetime.combine(day, clock, tzinfo=now.tzinfo)
    return _normal(now, local.timestamp())


def _normal(now: datetime, seconds: float) -> datetime:
    """Return a moment in the zone of `now`; a time that a clock change skips moves with it."""
    return datetime.fromtimestamp(seconds, tz=now.tzinfo)


def _trim(words: str) -> str:
    words = " ".join(words.split()).strip(" ,.")
    while (shorter := _EDGES.sub("", words).strip(" ,.")) != words:
        words = shorter
    return words
