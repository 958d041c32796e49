"""Handlers: what is done for an intent, written by anybody, named so that a TOML can map to it."""

from collections.abc import Callable
from dataclasses import dataclass

from edgebert.assistant.turn import Reply, Turn
from edgebert.assistant.values import KINDS, Kind
from edgebert.errors import EdgebertError


@dataclass(frozen=True)
class Slot:
    """What a handler wants to know.

    Attributes:
        name: what the handler calls it.
        kind: what its words are made into: text, number, duration or moment.
        ask: the question to ask back where it is missing; without one it may be missing.

    """

    name: str
    kind: Kind = "text"
    ask: str | None = None

    def __post_init__(self) -> None:
        """Raise EdgebertError unless the kind exists."""
        if self.kind not in KINDS:
            raise EdgebertError(
                f"slot {self.name}: unknown kind {self.kind!r}, expected one of {', '.join(KINDS)}"
            )


@dataclass(frozen=True)
class Handler:
    """A function that does what an intent asks for.

    Attributes:
        name: what a TOML calls it, such as "alarm.set".
        run: takes the turn, returns the reply or just its text.
        slots: what it wants to know.

    """

    name: str
    run: Callable[[Turn], Reply | str]
    slots: tuple[Slot, ...] = ()

    def __call__(self, turn: Turn) -> Reply | str:
        """Handle a turn."""
        return self.run(turn)

    def slot(self, name: str) -> Slot | None:
        """Return the slot of a name, or None."""
        return next((slot for slot in self.slots if slot.name == name), None)


def handler(name: str, *slots: Slot) -> Callable[[Callable[[Turn], Reply | str]], Handler]:
    """Make a handler of the function below.

        @handler("coffee.make", Slot("cups", "number", ask="How many cups?"))
        def make_coffee(turn):
            return f"{turn.value('cups')} cups are coming."

    Args:
        name: what a TOML calls it.
        slots: what it wants to know.

    """
    return lambda run: Handler(name, run, slots)
