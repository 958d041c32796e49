"""What time it is, here and elsewhere, and what day."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from edgebert.assistant.handlers import Slot, handler
from edgebert.assistant.saying import say_day, say_duration, say_time
from edgebert.assistant.skills.time_zones import ManyZonesError, find_zone
from edgebert.assistant.turn import Reply, Turn
from edgebert.assistant.values import Moment

_ABOUT_TIME = re.compile(r"\b(?:time|clock|hour|late)\b")
_ABOUT_DAY = re.compile(r"\b(?:day|date|month|year|weekday|today)\b")


@handler("time.tell", Slot("when", "moment"), Slot("place"))
def tell(turn: Turn) -> Reply | str:
    """Say the time, here or at a place, or what day another day is."""
    if turn.words("place"):
        return _there(turn)
    when = turn.value("when")
    if isinstance(when, Moment) and when.has_date and not (when.after or when.has_time):
        day = when.at.date()
        named = say_day(day, turn.now.date())
        date = f"{day:%A}, {day.day} {day:%B %Y}"
        said = f"{named.capitalize()} is {date}" if named in ("today", "tomorrow") else date
        return f"{said}."
    if turn.words("when") and when is None:
        return f"I don't know when {turn.words('when')} is."
    text = turn.text.casefold()
    if _ABOUT_DAY.search(text) and not _ABOUT_TIME.search(text):
        return f"It is {turn.now:%A}, {turn.now.day} {turn.now:%B %Y}."
    return f"It is {say_time(turn.now)}."


@handler("time.convert", Slot("when", "moment"), Slot("places"))
def convert(turn: Turn) -> Reply | str:
    """Say what a time here or at one place is at another."""
    found = turn.slots.get("places")
    if found is None:
        return Reply("For which place?", asks="places")
    zones = []
    for name in found.parts[:2]:
        zone = _zone(name, turn.now)
        if isinstance(zone, str):
            return zone
        zones.append((name, zone))
    here = turn.now.tzinfo
    when = turn.value("when")
    if not isinstance(when, Moment) or not when.has_time:
        if len(zones) == 1:
            return _there(turn)
        return _difference(turn.now, zones)
    (first, source), (name, target) = zones[0], zones[-1]
    if len(zones) == 1:
        there = when.at.astimezone(target)
        return f"{say_time(when.at)} here is {say_time(there)} in {name.title()}."
    asked = when.at.replace(tzinfo=source).astimezone(target)
    if here is None:  # no clock is without a zone, but types do not say so
        return "I don't know my own time zone."
    return f"{say_time(when.at)} in {_titled(first)} is {say_time(asked)} in {_titled(name)}."


def _there(turn: Turn) -> str:
    slot = "place" if "place" in turn.slots else "places"
    name = turn.words(slot)
    zone = _zone(name, turn.now)
    if isinstance(zone, str):
        return zone
    there = turn.now.astimezone(zone)
    day = "" if there.date() == turn.now.date() else f" on {there:%A}"
    return f"In {_titled(name)} it is {say_time(there)}{day}."


def _difference(now: datetime, zones: list[tuple[str, ZoneInfo]]) -> str:
    (first, source), (second, target) = zones
    here, there = now.astimezone(source).utcoffset(), now.astimezone(target).utcoffset()
    assert here is not None
    assert there is not None
    if here == there:
        return f"{_titled(first)} and {_titled(second)} have the same time."
    side = "ahead of" if there > here else "behind"
    length = say_duration(abs(there - here))
    return f"{_titled(second)} is {length} {side} {_titled(first)}."


def _zone(name: str, now: datetime) -> ZoneInfo | str:
    """Return a place's time zone, or what to say where there is none."""
    try:
        zone = find_zone(name, now)
    except ManyZonesError:
        return f"{_titled(name)} has several time zones. Name a city, please."
    return zone or f"I don't know the time zone of {_titled(name)}."


def _titled(name: str) -> str:
    """Write a place with capitals, and abbreviations such as PST in capitals alone."""
    return name.upper() if len(name) <= 3 else name.title()
