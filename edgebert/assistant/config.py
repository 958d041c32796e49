"""What the assistant is told in a TOML: the model's labels, thresholds, handlers, phrases."""

from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

import msgspec

from edgebert.assistant.handlers import Handler
from edgebert.errors import EdgebertError
from edgebert.toml_file import read_toml


class Intent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done for one of the model's labels.

    Attributes:
        handler: the handler's name.
        offer: what it does, in words that fit behind "I can"; without them it is never offered.
        example: what a user could say.
        confidence: the least probability for it; the common one by default.
        slots: by the handler's slots, the model's slot types that fill them.

    """

    handler: str
    offer: str = ""
    example: str = ""
    confidence: float | None = None
    slots: dict[str, tuple[str, ...]] = {}


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts that need no model: case and punctuation do not count.

    Attributes:
        handler: the handler's name.
        texts: what is said, as a whole.
        begins: how longer texts begin.
        offer: as of an intent.
        example: as of an intent.

    """

    handler: str
    texts: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    offer: str = ""
    example: str = ""


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a yes, a no or a cancel is told: by words, or by the model's labels."""

    texts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class LookUpRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How questions are answered out of an index, where one is given.

    Attributes:
        similarity: the least cosine of a passage that answers; below it the assistant does not
            know. It is a matter of the bundle that made the index.
        passages: how many a reader reads.
        score: the least score of the reader's words; below it the nearest passage answers.
        questions: how questions begin.

    """

    similarity: float = 0.4
    passages: int = 3
    score: float = 0.3
    questions: tuple[str, ...] = ("what", "who", "where", "when", "why", "how", "which")


class PhrasebookRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How phrases are found, where a phrasebook is given.

    Attributes:
        similarity: the least cosine of a phrase that is offered in place of another.
        begins: how one is asked for.

    """

    similarity: float = 0.7
    begins: tuple[str, ...] = ("how do you say", "how do I say", "translate")


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An assistant's TOML.

    Attributes:
        confidence: the least probability of an intent; below it the assistant says that it does
            not know.
        nearest_confidence: the least probability at which it then names an intent as the nearest
            thing that it can do.
        offer_confidence: the least probability at which it then asks whether that was meant.
        interrupt_confidence: the least probability at which another command is obeyed while the
            answer to a question is awaited.
        time_limit: seconds that a handler may take.
        longest_text: characters of a turn; longer ones are refused.
        out_of_scope: labels that stand for everything the model is not for.
        intents: what is done, by the model's labels.
        phrases: what is done for fixed texts.
        yes, no, cancel: how they are told.
        knowledge: how questions are answered out of an index.
        phrasebook: how phrases are found in another language.
        follow_up: how a text begins that changes the last command, as "and" in "and tomorrow?".

    """

    confidence: float = 0.5
    nearest_confidence: float = 0.02
    offer_confidence: float = 0.2
    interrupt_confidence: float = 0.8
    time_limit: float = 5.0
    longest_text: int = 2000
    out_of_scope: tuple[str, ...] = ()
    intents: dict[str, Intent]
    phrases: tuple[Phrases, ...] = ()
    yes: Sign = Sign(("yes",))
    no: Sign = Sign(("no",))
    cancel: Sign = Sign(("cancel", "never mind"))
    knowledge: LookUpRules = LookUpRules()
    phrasebook: PhrasebookRules = PhrasebookRules()
    follow_up: tuple[str, ...] = ("and", "what about", "how about")

    def check(self, handlers: Mapping[str, Handler]) -> None:
        """Raise EdgebertError unless thresholds are possible and handlers and slots exist."""
        for name in ("", "nearest_", "offer_", "interrupt_"):
            _check_share(f"{name}confidence", getattr(self, f"{name}confidence"))
        if not 0 < self.time_limit <= 3600:
            raise EdgebertError(
                f"time_limit: found {self.time_limit:g}, expected 0 to 3600 seconds"
            )
        if not 0 < self.longest_text <= 1_000_000:
            raise EdgebertError(f"longest_text: found {self.longest_text}, expected 1 to 1000000")
        for name in ("similarity", "score"):
            _check_share(f"knowledge: {name}", getattr(self.knowledge, name))
        _check_share("phrasebook: similarity", self.phrasebook.similarity)
        if not 0 < self.knowledge.passages <= 100:
            raise EdgebertError(
                f"knowledge: passages: found {self.knowledge.passages}, expected 1 to 100"
            )
        for label, intent in self.intents.items():
            found = _known(f"intent {label!r}", intent.handler, handlers)
            if intent.confidence is not None:
                _check_share(f"intent {label!r}: confidence", intent.confidence)
            for slot in intent.slots:
                if found.slot(slot) is None:
                    has = ", ".join(slot.name for slot in found.slots) or "none"
                    raise EdgebertError(
                        f"intent {label!r}: handler {found.name} has no slot {slot!r}, found {has}"
                    )
        for phrases in self.phrases:
            said = ", ".join((*phrases.texts, *phrases.begins))
            _known(f"phrases {said!r}", phrases.handler, handlers)

    def check_labels(self, labels: Iterable[str], slot_types: Iterable[str]) -> None:
        """Raise EdgebertError if it names a label or a slot type that the model has not."""
        labels, slot_types = tuple(labels), tuple(slot_types)
        signs = (*self.yes.labels, *self.no.labels, *self.cancel.labels)
        _check_names("intent", (*self.intents, *self.out_of_scope, *signs), labels)
        if slot_types:
            named = (
                kind for i in self.intents.values() for kinds in i.slots.values() for kind in kinds
            )
            _check_names("slot type", named, slot_types)


def read_config(path: Path) -> Config:
    """Read an assistant's TOML.

    Raises:
        EdgebertError: the file is missing, not TOML, or has unknown or wrong fields.

    """
    return read_toml(path, Config, what="assistant", guide="the README's part on the assistant")


def default_config() -> Config:
    """Return the TOML that comes with edgebert, for a model of HWU64's labels."""
    with resources.as_file(resources.files("edgebert.assistant") / "english.toml") as path:
        return read_config(path)


def _known(place: str, name: str, handlers: Mapping[str, Handler]) -> Handler:
    if name not in handlers:
        raise EdgebertError(
            f"{place}: unknown handler {name!r}, expected one of {', '.join(sorted(handlers))}"
        )
    return handlers[name]


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise EdgebertError(f"{name}: found {value:g}, expected 0 to 1")


def _check_names(what: str, named: Iterable[str], known: tuple[str, ...]) -> None:
    for name in named:
        if name not in known:
            shown = ", ".join(known[:8]) + (", ..." if len(known) > 8 else "")
            raise EdgebertError(
                f"{what} {name!r}: the model has none of this name, it has {shown}; "
                "write a TOML for its labels and give it with --assistant"
            )
