"""What the dialogue waits for between two turns."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from edgebert.assistant.commands import Command, find_slots
from edgebert.assistant.handlers import Slot
from edgebert.assistant.turn import SlotValue
from edgebert.assistant.understanding import Understanding
from edgebert.assistant.values import Moment, parse_value


@dataclass(frozen=True)
class Asking:
    """A slot's value is awaited.

    Attributes:
        command: what runs with it.
        slot: what was asked for.
        question: how.

    """

    command: Command
    slot: Slot
    question: str


@dataclass(frozen=True)
class Confirming:
    """A yes or a no is awaited.

    Attributes:
        command: what runs on a yes.
        question: what was asked.
        about: whether the handler asked, or the assistant, which was not sure what was meant.

    """

    command: Command
    question: str
    about: Literal["action", "meaning"]


@dataclass(frozen=True)
class State:
    """Where the dialogue is.

    Attributes:
        pending: what is awaited, or None for a command.
        last: the last command that ran, or None.
        reply: what was said last, or "".

    """

    pending: Asking | Confirming | None = None
    last: Command | None = None
    reply: str = ""


def fill_from_text(command: Command, slot: Slot, text: str, now: datetime) -> Command | None:
    """Take a whole text as the value of a slot, or None where it is no such value.

    A time adds to a date that was said before, and a date to a time: "tomorrow" and then "at
    seven" are one moment.
    """
    value = parse_value(slot.kind, text, now)
    if value is None:
        return None
    before = command.slots.get(slot.name)
    if isinstance(value, Moment) and before is not None and isinstance(before.value, Moment):
        joined = _joined(value, before.value, text)
        text, value = joined, parse_value(slot.kind, joined, now) or value
    return command.with_slots({slot.name: SlotValue(text, value)})


def fill_from_slots(
    command: Command, slot: Slot, understanding: Understanding, now: datetime
) -> Command | None:
    """Take what the model marked in a text as the value of a slot, and of others; None without."""
    found = find_slots(command.handler, command.kinds, understanding, now)
    if slot.name not in found or found[slot.name].value is None:
        return None
    text = found.pop(slot.name).text
    known = {name: value for name, value in found.items() if value.value is not None}
    return fill_from_text(command.with_slots(known), slot, text, now)


def _joined(value: Moment, before: Moment, text: str) -> str:
    """Write the text of a moment with what only the one before says."""
    if value.after is not None or before.after is not None:
        return text
    if before.has_date and not value.has_date:
        part = before.part if before.part and not value.part else ""
        return f"{before.at:%Y-%m-%d}, {text} {part}".strip()
    if before.has_time and not value.has_time:
        return f"{text}, {before.at:%H:%M}"
    return text
