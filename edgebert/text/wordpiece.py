"""Splitting of a normalised text into words, and of a word into vocabulary entries."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from edgebert.text.config import TokenizerConfig
from edgebert.text.unicode_tables import UnicodeTables


class Token(NamedTuple):
    """A vocabulary entry at the characters [start, stop) of a text."""

    id: int
    start: int
    stop: int


class WordSplitter:
    """Splits at spaces and makes every punctuation character a word of its own."""

    def __init__(self, tables: UnicodeTables) -> None:
        punctuation = tables.punctuation.pattern
        self._word = re.compile(f"[{punctuation}]|[^ {punctuation}]+")

    def split(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield [start, stop) of each word of a normalised text."""
        return (match.span() for match in self._word.finditer(text))


class WordPiece:
    """Spells words by greedy longest match, from left to right."""

    def __init__(self, ids: dict[str, int], config: TokenizerConfig) -> None:
        prefix = config.subword_prefix
        self._ids = ids
        self._subword_ids = {
            token[len(prefix) :]: id for token, id in ids.items() if token.startswith(prefix)
        }
        self._longest = max(map(len, ids))
        self._unknown = ids[config.unknown]
        self._max_word_chars = config.max_word_chars

    def spell(self, word: str) -> Sequence[Token]:
        """Return the entries that spell a word, or the unknown token over all of it.

        A word is unknown when no entry matches at some place, even if entries match before it, and
        when it is longer than `max_word_chars`.
        """
        unknown = (Token(self._unknown, 0, len(word)),)
        if len(word) > self._max_word_chars:
            return unknown
        tokens: list[Token] = []
        start, ids = 0, self._ids
        while start < len(word):
            for stop in range(min(len(word), start + self._longest), start, -1):
                id = ids.get(word[start:stop])
                if id is not None:
                    tokens.append(Token(id, start, stop))
                    start, ids = stop, self._subword_ids
                    break
            else:
                return unknown
        return tokens
