"""What a text is to the dialogue: a command, a yes, a no, a cancel, or a change of the last one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from edgebert.assistant.cleaning import spoken
from edgebert.assistant.commands import Command, find_slots, make_command
from edgebert.assistant.config import Config, Phrases, Sign
from edgebert.assistant.handlers import Handler
from edgebert.assistant.pending import fill_from_text
from edgebert.assistant.turn import SlotValue
from edgebert.assistant.understanding import Understanding

MOST_WORDS = 3  # of a name that is said alone
_BEFORE_NAMES = re.compile(r"^(?:(?:in|on|at|for|to|from|the|my)\s+)+")


@dataclass(frozen=True)
class Heard:
    """One text on its way.

    Attributes:
        text: what was said.
        phrase: the same in lower case, without punctuation.
        understanding: what the model says to it; None where words alone tell what it is.
        now: the clock.

    """

    text: str
    phrase: str
    understanding: Understanding | None
    now: datetime


@dataclass(frozen=True)
class Recognizer:
    """Tells what a text is, by the configuration.

    Attributes:
        config: labels, thresholds, phrases.
        handlers: by their names.

    """

    config: Config
    handlers: Mapping[str, Handler]

    @cached_property
    def _phrases(self) -> dict[str, Phrases]:
        return {spoken(text): phrases for phrases in self.config.phrases for text in phrases.texts}

    @cached_property
    def _begins(self) -> dict[str, Phrases]:
        return {
            f"{spoken(text)} ": phrases
            for phrases in self.config.phrases
            for text in phrases.begins
        }

    def _phrases_of(self, phrase: str) -> Phrases | None:
        if phrase in self._phrases:
            return self._phrases[phrase]
        begins = (found for begin, found in self._begins.items() if phrase.startswith(begin))
        return next(begins, None)

    @cached_property
    def _words(self) -> dict[str, Sign]:
        signs = (self.config.yes, self.config.no, self.config.cancel)
        return {spoken(text): sign for sign in signs for text in sign.texts}

    def needs_model(self, phrase: str) -> bool:
        """Tell whether only the model can say what a text is."""
        return phrase not in self._words and self._phrases_of(phrase) is None

    def is_sign(self, sign: Sign, heard: Heard) -> bool:
        """Tell whether a text is a yes, a no or a cancel, by its words or the model's label."""
        if heard.understanding is None:
            return self._words.get(heard.phrase) is sign
        best = heard.understanding.labels[0]
        return best.label in sign.labels and best.score >= self.config.confidence

    def is_answer(self, heard: Heard) -> bool:
        """Tell whether a text is a yes or a no."""
        return self.is_sign(self.config.yes, heard) or self.is_sign(self.config.no, heard)

    def command(self, heard: Heard) -> Command | None:
        """Return the command that a text surely is, or None."""
        phrases = self._phrases_of(heard.phrase)
        if phrases is not None:
            handler = self.handlers[phrases.handler]
            return Command(handler, heard.text, None, 1.0, {}, {}, {})
        if heard.understanding is None:
            return None
        best = heard.understanding.labels[0]
        intent = self.config.intents.get(best.label)
        if intent is None:
            return None
        least = self.config.confidence if intent.confidence is None else intent.confidence
        return self.command_of(best.label, best.score, heard) if best.score >= least else None

    def command_of(self, label: str, score: float, heard: Heard) -> Command:
        """Return the command of a label that the configuration has."""
        assert heard.understanding is not None
        intent = self.config.intents[label]
        return make_command(
            self.handlers[intent.handler],
            intent,
            label,
            score,
            heard.text,
            heard.understanding,
            heard.now,
        )

    def interrupts(self, command: Command | None) -> bool:
        """Tell whether a command is sure enough to be obeyed while something else is awaited."""
        if command is None:
            return False
        return command.intent is None or command.confidence >= self.config.interrupt_confidence

    def follow_up(
        self, last: Command | None, heard: Heard, command: Command | None
    ) -> Command | None:
        """Return the last command with what a text such as "and tomorrow?" changes, or None.

        What is a command of its own for sure stays one, unless it is nothing but a value.
        """
        words = (w for w in self.config.follow_up if heard.phrase.startswith(f"{w} "))
        begin = max(words, key=len, default=None)
        if last is None or heard.understanding is None or begin is None:
            return None
        rest = heard.phrase.removeprefix(begin).strip()
        changed = last
        for slot in last.handler.slots:
            if slot.kind != "text":
                changed = fill_from_text(changed, slot, rest, heard.now) or changed
        if changed is last and (
            not self.interrupts(command)
            or (command is not None and command.handler is last.handler)
        ):
            found = find_slots(last.handler, last.kinds, heard.understanding, heard.now)
            known = {name: value for name, value in found.items() if value.value is not None}
            changed = last.with_slots(known or _named(last, rest))
        return None if changed.slots == last.slots else changed.as_follow_up()


def _named(last: Command, rest: str) -> dict[str, SlotValue]:
    """Take a few words as the only text that the last command was given, as in "and books?"."""
    given = [
        slot.name for slot in last.handler.slots if slot.kind == "text" and slot.name in last.slots
    ]
    name = _BEFORE_NAMES.sub("", rest)
    if len(given) != 1 or not name or len(name.split()) > MOST_WORDS:
        return {}
    return {given[0]: SlotValue(name, name)}
