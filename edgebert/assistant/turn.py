"""What a handler gets, and what it gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from edgebert.assistant.store import Memory
from edgebert.assistant.values import Value


@dataclass(frozen=True)
class SlotValue:
    """What was said for a slot.

    Attributes:
        text: the words.
        value: what they mean, by the slot's kind; None where they mean no such thing.
        mentions: the words of each mention, where the model marked several.

    """

    text: str
    value: Value | None
    mentions: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The words of each mention; those of the whole where it was said as one."""
        return self.mentions or (self.text,)


@dataclass(frozen=True)
class Ability:
    """Something the assistant can do.

    Attributes:
        offer: in words that fit behind "I can", such as "set an alarm".
        example: what a user could say, or "".

    """

    offer: str
    example: str = ""


@dataclass(frozen=True)
class Turn:
    """One turn of the dialogue, for a handler.

    Attributes:
        text: what was said, in one line without control characters; of a turn that filled a slot
            or confirmed, what was said first.
        intent: the model's label; None where a phrase of the TOML or a program chose the handler.
        confidence: the model's probability of the label, 1 without one.
        slots: what was said for the handler's slots, by their names.
        entities: what was said for each of the model's own slot types, by their names.
        now: the clock, with its time zone.
        store: what is remembered; what a handler writes is kept if it returns in time.
        confirmed: whether the user has said yes to the handler's question.
        follows: whether it is the last command again with other slots, as in "and tomorrow?".
        last_reply: what the assistant said last, or "".
        abilities: what the assistant can do.

    """

    text: str
    intent: str | None
    confidence: float
    slots: Mapping[str, SlotValue]
    entities: Mapping[str, Sequence[str]]
    now: datetime
    store: Memory
    confirmed: bool = False
    follows: bool = False
    last_reply: str = ""
    abilities: tuple[Ability, ...] = ()

    def value(self, slot: str) -> Value | None:
        """Return a slot's value, or None if it was not said or means nothing."""
        found = self.slots.get(slot)
        return None if found is None else found.value

    def words(self, slot: str) -> str:
        """Return a slot's words, or ""."""
        found = self.slots.get(slot)
        return "" if found is None else found.text


@dataclass(frozen=True)
class Reply:
    """What a handler answers.

    Attributes:
        text: what to say.
        asks: the slot that `text` asks for; the next text is taken as its value and the handler
            is called again.
        confirms: whether `text` asks for a yes; on yes the handler is called again with
            `confirmed`, otherwise nothing happens.

    """

    text: str
    asks: str | None = None
    confirms: bool = False
