"""Alarms and timers: kept in the store, announced when they are due."""

import re
from datetime import datetime

from edgebert.assistant.handlers import Slot, handler
from edgebert.assistant.saying import say_all, say_count, say_day, say_duration, say_moment
from edgebert.assistant.turn import Reply, Turn
from edgebert.assistant.values import Moment

MOST = 200  # alarms that are to come
_ALL = re.compile(r"\b(?:all|every|everything|any)\b")
_HALF_OF_DAY = re.compile(r"\d\s*[ap]\.?\s?m|\b[ap]\.?\s?m\b|noon|midnight|morning|evening|night")

_REPEATS = re.compile(r"\b(?:every|each|daily|weekly|weekdays|repeat(?:ing)?)\b")

Row = tuple[int, float, str, int]


@handler("alarm.set", Slot("when", "moment", ask="For what time?"), Slot("name"))
def set_alarm(turn: Turn) -> Reply | str:
    """Set an alarm for a moment, or a timer for a duration."""
    when = turn.value("when")
    assert isinstance(when, Moment)
    if not when.has_time:
        part = f" {when.part}" if when.part else ""
        day = say_day(when.at.date(), turn.now.date())
        return Reply(f"At what time {day}{part}?", asks="when")
    if when.at <= turn.now:
        return f"{say_moment(when.at, turn.now).capitalize()} is past already."
    if len(_coming(turn)) >= MOST:
        return f"You have {MOST} alarms. Remove one first."
    name = turn.words("name")
    if name in ("wake up", "wake me up"):
        name = ""
    turn.store.execute(
        "insert into alarms (at, name, timer) values (?, ?, ?)",
        when.at.timestamp(),
        name,
        when.after is not None,
    )
    named = f" for {name}" if name else ""
    if when.after is not None:
        return f"Timer set{named}: {say_duration(when.after)}, until {when.at:%H:%M:%S}."
    once = " Only once: I can't repeat alarms." if _REPEATS.search(turn.text.casefold()) else ""
    return f"Alarm set{named}: {say_moment(when.at, turn.now)}.{once}"


@handler("alarm.show", Slot("when", "moment"))
def show_alarms(turn: Turn) -> Reply | str:
    """Say which alarms and timers are to come, all or those of a day."""
    rows = _chosen(turn, _coming(turn))
    day = turn.value("when")
    named = f" {say_day(day.at.date(), turn.now.date())}" if isinstance(day, Moment) else ""
    if not rows:
        return f"You have no alarms{named}."
    shown = [_say(row, turn.now) for row in rows]
    return f"You have {say_count(len(rows), 'alarm')}{named}: {say_all(shown)}."


@handler("alarm.remove", Slot("when", "moment"))
def remove_alarm(turn: Turn) -> Reply | str:
    """Remove the alarm that is meant; several only after a yes."""
    coming = _coming(turn)
    if not coming:
        return "You have no alarms."
    rows = _chosen(turn, coming)
    if turn.words("when") and not rows:
        there = say_all([_say(row, turn.now) for row in coming])
        return f"There is no such alarm. You have {there}."
    several = len(rows) > 1
    if several and not (_ALL.search(turn.text.casefold()) or turn.words("when")):
        there = say_all([_say(row, turn.now) for row in rows], "or")
        return Reply(f"Which one: {there}?", asks="when")
    shown = say_all([_say(row, turn.now) for row in rows])
    if several and not turn.confirmed:
        return Reply(f"Remove {say_count(len(rows), 'alarm')}: {shown}?", confirms=True)
    for number, *_ in rows:
        turn.store.execute("delete from alarms where id = ?", number)
    return f"Removed: {shown}."


def _coming(turn: Turn) -> list[Row]:
    return [
        (number, at, name, timer)
        for number, at, name, timer in turn.store.execute(
            "select id, at, name, timer from alarms where at > ? order by at",
            turn.now.timestamp(),
        )
    ]


def _chosen(turn: Turn, rows: list[Row]) -> list[Row]:
    """Return the rows that a moment means; all of them without one."""
    when = turn.value("when")
    if not isinstance(when, Moment):
        return [] if turn.words("when") else rows
    either_half = not _HALF_OF_DAY.search(turn.words("when").casefold())
    return [row for row in rows if _is_meant(when, _local(row, turn.now), either_half)]


def _is_meant(when: Moment, at: datetime, either_half: bool) -> bool:
    if when.has_date and when.at.date() != at.date():
        return False
    if not when.has_time:
        return True
    hours = 12 if either_half else 24
    return (when.at.hour % hours, when.at.minute) == (at.hour % hours, at.minute)


def _say(row: Row, now: datetime) -> str:
    _, _, name, timer = row
    at = _local(row, now)
    named = f" for {name}" if name else ""
    if timer:
        return f"a timer{named} with {say_duration(at - now)} left"
    return f"{say_moment(at, now)}{named}"


def _local(row: Row, now: datetime) -> datetime:
    return datetime.fromtimestamp(row[1], now.tzinfo)
