"""The dialogue: from one text to the next answer, by what is awaited and what came before."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from edgebert.assistant.answer import Answer
from edgebert.assistant.commands import Command
from edgebert.assistant.looking_up import UNKNOWN, is_question, say_finding
from edgebert.assistant.nearest import cannot, nearest_intent
from edgebert.assistant.pending import (
    Asking,
    Confirming,
    State,
    fill_from_slots,
    fill_from_text,
)
from edgebert.assistant.recognition import Heard, Recognizer
from edgebert.assistant.running import HandlerFailedError
from edgebert.assistant.turn import Reply
from edgebert.knowledge import Answerer


class Run(Protocol):
    """Runs a command's handler."""

    def __call__(
        self, command: Command, *, now: datetime, confirmed: bool, last_reply: str
    ) -> Reply:
        """Return its reply; raise HandlerFailedError if there is none."""


class Dialogue:
    """One dialogue, turn by turn.

    Attributes:
        state: what is awaited and what came last.

    """

    def __init__(self, recognizer: Recognizer, run: Run, answerer: Answerer | None = None) -> None:
        """Begin a dialogue in which nothing was said yet."""
        self.state = State()
        self._recognizer = recognizer
        self._config = recognizer.config
        self._run_handler = run
        self._answerer = answerer

    def respond(self, heard: Heard) -> Answer:
        """Answer a text."""
        answer = self._respond(heard)
        self.state = replace(self.state, reply=answer.text)
        return answer

    def _respond(self, heard: Heard) -> Answer:
        command = self._recognizer.command(heard)
        pending = self.state.pending
        answer = None
        if isinstance(pending, Asking):
            answer = self._answer_to_question(pending, heard, command)
        elif isinstance(pending, Confirming):
            answer = self._answer_to_confirmation(pending, heard, command)
        elif self._recognizer.is_sign(self._config.cancel, heard):
            return Answer("There is nothing to cancel.")
        if answer is not None:
            return answer
        self.state = replace(self.state, pending=None)
        follow_up = self._recognizer.follow_up(self.state.last, heard, command)
        if follow_up is not None:
            return self._run(follow_up, heard.now)
        if command is not None:
            return self._run(command, heard.now)
        if self._recognizer.is_answer(heard):
            return Answer("I didn't ask anything.")
        return self._dont_know(heard)

    def _answer_to_question(
        self, asking: Asking, heard: Heard, command: Command | None
    ) -> Answer | None:
        """Take a text as the value that was asked for; None for one that is another command."""
        slot = asking.slot
        filled = fill_from_text(asking.command, slot, heard.text, heard.now)
        if filled is not None and slot.kind != "text":
            return self._run(filled, heard.now)
        if self._recognizer.is_sign(self._config.cancel, heard):
            return self._drop("All right, cancelled.")
        other = command is not None and command.handler is not asking.command.handler
        # One word, such as "milk", is a value whatever else the model sees in it.
        if (
            other
            and self._recognizer.interrupts(command)
            and (slot.kind != "text" or " " in heard.text or heard.understanding is None)
        ):
            return None
        if heard.understanding is not None:
            marked = fill_from_slots(asking.command, slot, heard.understanding, heard.now)
            filled = marked or filled
        if filled is not None:
            return self._run(filled, heard.now)
        return Answer(f"I didn't get that. {asking.question}", asking.command, "slot")

    def _answer_to_confirmation(
        self, confirming: Confirming, heard: Heard, command: Command | None
    ) -> Answer | None:
        """Take a text as a yes or a no; None for one that is said in place of it."""
        recognizer, config = self._recognizer, self._config
        if recognizer.is_sign(config.yes, heard):
            is_action = confirming.about == "action"
            return self._run(confirming.command, heard.now, confirmed=is_action)
        if recognizer.is_sign(config.no, heard) or recognizer.is_sign(config.cancel, heard):
            return self._drop("All right, I leave it.")
        if confirming.about == "meaning" or recognizer.interrupts(command):
            return None
        question = f"Please say yes or no. {confirming.question}"
        return Answer(question, confirming.command, "confirmation")

    def _drop(self, text: str) -> Answer:
        self.state = replace(self.state, pending=None)
        return Answer(text)

    def _dont_know(self, heard: Heard) -> Answer:
        """Look it up; otherwise say so, and offer to do the nearest thing if it may be meant."""
        assert heard.understanding is not None
        near = nearest_intent(self._config, heard.understanding)
        is_likely = near is not None and near.is_likely
        asked = self._answerer is not None and is_question(heard.phrase, self._config.knowledge)
        if self._answerer is not None and (asked or not is_likely):
            finding = self._answerer.answer(heard.text)
            if finding is not None:
                return Answer(say_finding(finding), sources=(finding,))
        if near is None or not is_likely:
            return Answer(UNKNOWN if asked else cannot(self._config, near))
        command = self._recognizer.command_of(near.label, near.score, heard)
        question = f"I'm not sure what you mean. Shall I {near.offer}?"
        self.state = replace(self.state, pending=Confirming(command, question, "meaning"))
        return Answer(question, command, "confirmation")

    def _run(self, command: Command, now: datetime, *, confirmed: bool = False) -> Answer:
        """Ask for what is missing, or run the handler."""
        slot = command.missing()
        if slot is not None:
            return self._ask(Asking(command, slot, slot.ask or ""))
        self.state = replace(self.state, pending=None)
        try:
            reply = self._run_handler(
                command, now=now, confirmed=confirmed, last_reply=self.state.reply
            )
        except HandlerFailedError as error:
            cause = error.__cause__
            problem = f"handler {command.handler.name}: {type(cause).__name__}: {cause}"
            return Answer(str(error), command, problem=problem)
        asked = None if reply.asks is None else command.handler.slot(reply.asks)
        if asked is not None:
            return self._ask(Asking(command, asked, reply.text))
        self.state = replace(self.state, last=command)
        if reply.confirms:
            confirming = Confirming(command, reply.text, "action")
            self.state = replace(self.state, pending=confirming)
            return Answer(reply.text, command, "confirmation")
        return Answer(reply.text, command)

    def _ask(self, asking: Asking) -> Answer:
        self.state = replace(self.state, pending=asking)
        return Answer(asking.question, asking.command, "slot")
