"""From what was understood to a command: a handler with the values of its slots."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from edgebert.assistant.config import Intent
from edgebert.assistant.handlers import Handler, Slot
from edgebert.assistant.turn import SlotValue
from edgebert.assistant.understanding import Understanding
from edgebert.assistant.values import parse_value
from edgebert.tasks.token_classification import Entity


@dataclass(frozen=True)
class Command:
    """A handler that is to run.

    Attributes:
        handler: the handler.
        text: what was said for it.
        intent: the model's label, or None.
        confidence: its probability.
        kinds: by the handler's slots, the model's slot types that fill them.
        slots: what was said for the handler's slots.
        entities: what was said for the model's slot types.
        follows: whether it is the last command with other slots.

    """

    handler: Handler
    text: str
    intent: str | None
    confidence: float
    kinds: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, SlotValue]
    entities: Mapping[str, tuple[str, ...]]
    follows: bool = False

    def missing(self) -> Slot | None:
        """Return the first slot that has to be asked for: not said, or meaning nothing."""
        for slot in self.handler.slots:
            found = self.slots.get(slot.name)
            if slot.ask is not None and (found is None or found.value is None):
                return slot
        return None

    def with_slots(self, slots: Mapping[str, SlotValue]) -> "Command":
        """Return the command with more, or other, slots."""
        return replace(self, slots={**self.slots, **slots})

    def as_follow_up(self) -> "Command":
        """Return it as the last command with other slots."""
        return replace(self, follows=True)


def make_command(
    handler: Handler,
    intent: Intent,
    label: str,
    confidence: float,
    text: str,
    understanding: Understanding,
    now: datetime,
) -> Command:
    """Make the command of an intent, with the slots that the text has for it."""
    return Command(
        handler=handler,
        text=text,
        intent=label,
        confidence=confidence,
        kinds=intent.slots,
        slots=find_slots(handler, intent.slots, understanding, now),
        entities=_by_type(understanding.entities),
    )


def find_slots(
    handler: Handler,
    kinds: Mapping[str, tuple[str, ...]],
    understanding: Understanding,
    now: datetime,
) -> dict[str, SlotValue]:
    """Read the handler's slots from what the model marked.

    A moment is read from all of its words in the text's order, as from a date and a time; what is
    of another kind from the mention that the model is surest of.
    """
    found = {}
    for slot in handler.slots:
        mentions = understanding.mentions(kinds.get(slot.name, ()))
        if mentions:
            best = max(mentions, key=lambda entity: entity.score)
            text = _joined(mentions) if slot.kind == "moment" else best.text
            words = tuple(entity.text for entity in mentions)
            found[slot.name] = SlotValue(text, parse_value(slot.kind, text, now), words)
    return found


def _joined(mentions: list[Entity]) -> str:
    """Join words of one type by spaces, those of different types by commas."""
    groups = groupby(mentions, key=lambda entity: entity.label)
    return ", ".join(" ".join(entity.text for entity in group) for _, group in groups)


def _by_type(entities: tuple[Entity, ...]) -> dict[str, tuple[str, ...]]:
    return {
        kind: tuple(entity.text for entity in entities if entity.label == kind)
        for kind in dict.fromkeys(entity.label for entity in entities)
    }
