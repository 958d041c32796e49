"""Times, durations and lists of things in the words that an answer is made of."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def say_time(at: datetime) -> str:
    """Say a time of the day, such as "06:30"."""
    return f"{at:%H:%M}"


def say_day(day: date, today: date) -> str:
    """Say a day: today and tomorrow by name, others by weekday and date, the year if another."""
    if day == today:
        return "today"
    if day == today + timedelta(days=1):
        return "tomorrow"
    year = "" if day.year == today.year else f" {day.year}"
    return f"on {day:%A}, {day.day} {day:%B}{year}"


def say_moment(at: datetime, now: datetime) -> str:
    """Say a day and a time, such as "tomorrow at 06:30"."""
    return f"{say_day(at.date(), now.date())} at {say_time(at)}"


def say_duration(length: timedelta) -> str:
    """Say a duration by its two largest units, such as "1 hour and 30 minutes"."""
    seconds = max(round(length.total_seconds()), 0)
    said = []
    for size, name in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            said.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " and ".join(said[:2]) or "0 seconds"


def say_all(things: Sequence[str], last: str = "and") -> str:
    """Say several things: "a", "a and b", "a, b and c"."""
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} {last} {things[-1]}"


def say_count(count: int, thing: str) -> str:
    """Say how many: "1 item", "2 items"."""
    return f"{count} {thing}{'' if count == 1 else 's'}"
