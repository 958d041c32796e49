"""A handler that says phrases in another language, out of phrasebooks, and no others."""

from collections.abc import Sequence

import msgspec

from edgebert.assistant.cleaning import spoken, without_controls
from edgebert.assistant.config import Config, Phrases
from edgebert.assistant.handlers import Handler
from edgebert.assistant.saying import say_all
from edgebert.assistant.turn import Turn
from edgebert.errors import EdgebertError
from edgebert.knowledge import Knowledge

NAME = "phrasebook.say"
_BEFORE_LANGUAGE = (" in ", " into ", " to ")
_AROUND = " '"


def phrasebook_handler(books: Sequence[Knowledge], config: Config) -> Handler:
    """Make the handler of some phrasebooks.

    Args:
        books: indexes of phrases.
        config: how such a question begins, and how near a phrase has to be.

    Raises:
        EdgebertError: two books are of one language.

    """
    by_language: dict[str, Knowledge] = {}
    for book in books:
        language = spoken(_language(book))
        if language in by_language:
            raise EdgebertError(
                f"--phrasebook {book.index.path}: is a second one for {_language(book)}; "
                "put the phrases into one list"
            )
        by_language[language] = book

    def say(turn: Turn) -> str:
        """Say the phrase that is nearest to the one that was asked for."""
        phrase, language = _asked(spoken(turn.text), config, by_language)
        if language is None:
            return f"I have phrases {_languages(books)}: say it with the language at the end."
        if not phrase:
            return "Which phrase?"
        return _nearest(by_language[language], phrase, config.phrasebook.similarity)

    return Handler(NAME, say)


def with_phrasebooks(config: Config, books: Sequence[Knowledge]) -> Config:
    """Return a configuration in which questions for a phrase go to the handler."""
    language = _language(books[0])
    phrases = Phrases(
        handler=NAME,
        begins=config.phrasebook.begins,
        offer=f"say phrases {_languages(books)}",
        example=f"how do you say good morning in {without_controls(language)}",
    )
    return msgspec.structs.replace(config, phrases=(*config.phrases, phrases))


def _asked(text: str, config: Config, by_language: dict[str, Knowledge]) -> tuple[str, str | None]:
    """Return the phrase that is asked for and the language, None where it is none there is."""
    begins = [spoken(words) for words in config.phrasebook.begins]
    begin = max((words for words in begins if text.startswith(f"{words} ")), key=len, default="")
    rest = text.removeprefix(begin)
    for language in by_language:
        for before in _BEFORE_LANGUAGE:
            if rest.endswith(f"{before}{language}"):
                return rest.removesuffix(f"{before}{language}").strip(_AROUND), language
    return rest.strip(_AROUND), None


def _nearest(book: Knowledge, phrase: str, similarity: float) -> str:
    hit = book.search(phrase, 1)[0]
    language = without_controls(_language(book))
    text, translation = (
        without_controls(part) for part in (hit.passage.text, hit.passage.translation)
    )
    if spoken(text) == phrase:
        return f"In {language}: {translation}"
    if hit.similarity < similarity:
        return (
            f"I have no phrase near enough to that; the nearest is \u201c{text}\u201d "
            f"(similarity {hit.similarity:.2f})."
        )
    return (
        f"The nearest phrase I have is \u201c{text}\u201d (similarity {hit.similarity:.2f}). "
        f"In {language}: {translation}"
    )


def _language(book: Knowledge) -> str:
    return book.index.contents.languages[1]


def _languages(books: Sequence[Knowledge]) -> str:
    return f"in {say_all([without_controls(_language(book)) for book in books])}"
