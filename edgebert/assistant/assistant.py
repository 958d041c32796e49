"""The assistant: a text in, an answer out."""

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Self

from edgebert.assistant.announcements import Announcement, acknowledge, due_announcements
from edgebert.assistant.answer import Answer
from edgebert.assistant.cleaning import clean_text, spoken
from edgebert.assistant.clock import Clock, system_clock
from edgebert.assistant.config import Config, default_config, read_config
from edgebert.assistant.dialogue import Dialogue
from edgebert.assistant.handlers import Handler
from edgebert.assistant.limits import Worker
from edgebert.assistant.looking_up import OFFER, make_answerer
from edgebert.assistant.nearest import abilities_of
from edgebert.assistant.phrasebooks import phrasebook_handler, with_phrasebooks
from edgebert.assistant.plugins import installed_handlers, named_handlers
from edgebert.assistant.recognition import Heard, Recognizer
from edgebert.assistant.running import run_handler
from edgebert.assistant.store import Store, default_path
from edgebert.assistant.turn import Ability
from edgebert.assistant.understanding import Understand, understand_by
from edgebert.assistant.values.dates import prepare
from edgebert.errors import EdgebertError
from edgebert.knowledge import Knowledge, Reader
from edgebert.pipeline import Pipeline, load


class Assistant:
    """Answers texts by what handlers do; one dialogue, with what it remembers.

        assistant = Assistant.load("bundles/assistant")
        print(assistant.respond("wake me at six tomorrow").text)

    It may be called from several threads; they take turns.

    Attributes:
        store: what it remembers.

    """

    def __init__(
        self,
        understand: Understand,
        config: Config,
        store: Store,
        *,
        handlers: Iterable[Handler] = (),
        clock: Clock | None = None,
        knowledge: Knowledge | None = None,
        reader: Reader | None = None,
        phrasebooks: Sequence[Knowledge] = (),
    ) -> None:
        """Put the parts together; `load` is the usual way to one.

        Args:
            understand: says what a text asks for.
            config: labels, thresholds, handlers.
            store: what it remembers.
            handlers: beside those that are built in or installed.
            clock: the system's by default.
            knowledge: an index; answers what no handler is for.
            reader: picks the words that answer out of the index's passages.
            phrasebooks: indexes of phrases, each of another language.

        Raises:
            EdgebertError: two handlers or phrasebooks of one name, or the configuration names a
                handler that is not there.

        """
        if phrasebooks:
            handlers = [*handlers, phrasebook_handler(phrasebooks, config)]
            config = with_phrasebooks(config, phrasebooks)
        named = named_handlers([*installed_handlers(), *handlers])
        config.check(named)
        self.store = store
        self._understand = understand
        self._clock = clock or system_clock()
        self._longest = config.longest_text
        self._recognizer = Recognizer(config, named)
        self._worker = Worker()
        answerer, abilities = None, abilities_of(config)
        if knowledge is not None:
            answerer = make_answerer(knowledge, reader, config.knowledge)
            abilities = (*abilities, Ability(OFFER))
        run = partial(
            run_handler,
            store=store,
            worker=self._worker,
            abilities=abilities,
            time_limit=config.time_limit,
        )
        self._dialogue = Dialogue(self._recognizer, run, answerer)
        self._lock = threading.RLock()
        prepare()

    @classmethod
    def load(
        cls,
        bundle: str | Path | Pipeline,
        *,
        config: str | Path | None = None,
        store: str | Path | None = None,
        handlers: Iterable[Handler] = (),
        clock: Clock | None = None,
        knowledge: str | Path | Knowledge | None = None,
        reader: str | Path | Reader | None = None,
        phrasebooks: Iterable[str | Path | Knowledge] = (),
    ) -> Self:
        """Open a bundle and a store, ready to answer.

        Args:
            bundle: a bundle's folder, or one that is loaded.
            config: a TOML; by default the one for HWU64's labels.
            store: a file; by default one in the user's data folder.
            handlers: beside those that are built in or installed.
            clock: the system's by default.
            knowledge: an index of `edgebert.knowledge`, or its file; answers what no handler is
                for.
            reader: a question-answering bundle's folder, or one that is loaded; picks the words
                that answer out of the index's passages.
            phrasebooks: indexes of phrases, or their files, each of another language.

        Raises:
            EdgebertError: a bundle, the TOML, a handler, the index or the store cannot be used.

        """
        pipeline = bundle if isinstance(bundle, Pipeline) else load(bundle)
        understand = understand_by(pipeline)
        chosen = default_config() if config is None else read_config(Path(config))
        manifest = pipeline.bundle.manifest
        kinds = {tag.partition("-")[2] for tag in manifest.slot_labels} - {""}
        chosen.check_labels(manifest.labels, sorted(kinds))
        if isinstance(knowledge, str | Path):
            knowledge = Knowledge.load(knowledge, kind="passages")
        if isinstance(reader, str | Path):
            reader = Reader.load(reader)
        path = default_path() if store is None else Path(store)
        return cls(
            understand,
            chosen,
            Store(path),
            handlers=handlers,
            clock=clock,
            knowledge=knowledge,
            reader=reader,
            phrasebooks=[
                Knowledge.load(book, kind="phrases") if isinstance(book, str | Path) else book
                for book in phrasebooks
            ],
        )

    def close(self) -> None:
        """Close the store; the assistant answers no more."""
        self._worker.stop()
        self.store.close()

    def respond(self, text: str) -> Answer:
        """Answer a text; whatever it is and whatever a handler does, there is an answer."""
        with self._lock:
            if len(text) > self._longest:
                return Answer(
                    f"That is too long for me: I read up to {self._longest:,} characters."
                )
            text = clean_text(text)
            if not text:
                return Answer("I heard nothing.")
            try:
                return self._dialogue.respond(self._hear(text))
            except Exception as error:  # of the model; those of handlers end in the dialogue
                what = str(error) if isinstance(error, EdgebertError) else repr(error)
                return Answer("Sorry, I can't think right now.", problem=what)

    def due(self) -> tuple[Announcement, ...]:
        """Return the alarms and timers whose time has come, and were not acknowledged yet.

        Raises:
            sqlite3.Error: the store fails.

        """
        with self._lock:
            return due_announcements(self.store, self._now())

    def acknowledge(self, announcements: Iterable[Announcement]) -> None:
        """Note that announcements have been made; until then `due` returns them again.

        Raises:
            sqlite3.Error: the store fails.

        """
        with self._lock:
            acknowledge(self.store, announcements)

    def _hear(self, text: str) -> Heard:
        phrase = spoken(text)
        known = self._recognizer.needs_model(phrase)
        return Heard(text, phrase, self._understand(text) if known else None, self._now())

    def _now(self) -> datetime:
        return self._clock()
