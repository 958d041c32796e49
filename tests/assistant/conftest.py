"""Assistants without a model, with a clock that stands still, and the small real bundle."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

sys.path[:0] = [str(Path(__file__).parent)]

from marked_text import MarkedTexts  # noqa: E402
from small_assistant import make_bundle  # noqa: E402

from edgebert.assistant import Answer, Assistant, Store, default_config  # noqa: E402

START = datetime(2026, 11, 21, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # a Saturday


@dataclass
class Talk:
    """An assistant that understands marked texts, and its clock."""

    assistant: Assistant
    texts: MarkedTexts
    now: list[datetime] = field(default_factory=lambda: [START])

    def say(self, marked: str) -> str:
        """Say a marked text and return what is answered."""
        return self.answer(marked).text

    def answer(self, marked: str) -> Answer:
        """Say a marked text and return the whole answer."""
        return self.assistant.respond(self.texts.plain(marked))

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now[0] += timedelta(**time)


@pytest.fixture
def talk() -> Iterator[Callable[..., Talk]]:
    """Begin a dialogue: handlers, a configuration and a store's path may be given."""
    opened = []

    def begin(*handlers, config=None, store=None, now=START) -> Talk:
        texts, clock = MarkedTexts(), [now]
        assistant = Assistant(
            texts,
            config or default_config(),
            Store(store),
            handlers=handlers,
            clock=lambda: clock[0],
        )
        opened.append(assistant)
        return Talk(assistant, texts, clock)

    yield begin
    for assistant in opened:
        assistant.close()


@pytest.fixture(scope="session")
def bundle(tmp_path_factory) -> Path:
    """The bundle that understands the sentences of `small_assistant`."""
    return make_bundle(tmp_path_factory.mktemp("assistant"))
