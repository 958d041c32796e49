"""What the assistant answers to one turn."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from edgebert.assistant.commands import Command
from edgebert.assistant.turn import SlotValue
from edgebert.assistant.values import Moment
from edgebert.knowledge import Finding

Expects = Literal["command", "slot", "confirmation"]


@dataclass(frozen=True)
class Answer:
    """The answer to a turn.

    Attributes:
        text: what to say; it may hold what users or handlers wrote, so it is not safe to print as
            it is on a terminal.
        command: what was done or is being asked about, or None.
        expects: what the next text is taken for: a command, the value of a slot, a yes or a no.
        problem: what went wrong, for whoever looks after the assistant, or None.
        sources: what the answer is taken from, where it is out of an index.

    """

    text: str
    command: Command | None = None
    expects: Expects = "command"
    problem: str | None = None
    sources: tuple[Finding, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Convert to what JSON can hold; moments are in ISO 8601, durations in seconds."""
        command = self.command
        return {
            "answer": self.text,
            "handler": None if command is None else command.handler.name,
            "intent": None if command is None else command.intent,
            "confidence": None if command is None else command.confidence,
            "slots": {} if command is None else _plain_slots(command),
            "expects": self.expects,
            "problem": self.problem,
            "sources": [source.to_json() for source in self.sources],
        }


def _plain_slots(command: Command) -> dict[str, Any]:
    return {
        name: {"text": found.text, "value": _plain(found)} for name, found in command.slots.items()
    }


def _plain(found: SlotValue) -> str | int | float | None:
    if isinstance(found.value, Moment):
        return found.value.at.isoformat()
    if isinstance(found.value, timedelta):
        return found.value.total_seconds()
    return found.value
