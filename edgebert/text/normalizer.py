"""BERT's text normalisation, with the way back from each character to the original text."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from edgebert.text.config import TokenizerConfig
from edgebert.text.memo import Memo
from edgebert.text.unicode_tables import UnicodeTables

REMEMBERED_CHARACTERS = 4096


class NormalizedText(NamedTuple):
    """A normalised text; `positions[i]` is where its i-th character stood in the original."""

    text: str
    positions: Sequence[int]


class Part(NamedTuple):
    """One character of a decomposition; `added` for all but the first of an original character."""

    character: str
    added: bool


class Normalizer:
    """Cleans, spaces ideographs, strips accents and lowercases, in this order.

    The steps and their order are those of Hugging Face's BertNormalizer:

    1. Removed characters vanish, whitespace becomes U+0020.
    2. With `split_cjk`, an ideograph gets a space on either side.
    3. With accents stripped, characters are decomposed (NFD) and nonspacing marks dropped.
    4. With `lowercase`, every character is lowercased on its own (no final sigma, no locale).
    """

    def __init__(self, tables: UnicodeTables, config: TokenizerConfig) -> None:
        self._tables = tables
        self._lowercase = config.lowercase
        self._strip_accents = config.strips_accents
        self._split_cjk = config.split_cjk
        self._forms: Memo[str, str] = Memo(self._form, REMEMBERED_CHARACTERS)
        self._kept_marks = frozenset(
            mark for mark in tables.combining_order if mark not in tables.nonspacing
        )

    def normalize(self, text: str) -> NormalizedText:
        """Normalise a text of any length, in linear time."""
        if text.isascii() and text.isprintable():
            return NormalizedText(text.lower() if self._lowercase else text, range(len(text)))
        forms = [self._forms[character] for character in text]
        normalized = "".join(forms)
        if self._strip_accents and not self._kept_marks.isdisjoint(normalized):
            return self._normalize_in_canonical_order(text)
        positions = [at for at, form in enumerate(forms) for _ in form]
        return NormalizedText(normalized, positions)

    def _clean(self, character: str) -> str:
        """Apply steps 1 and 2 to one character."""
        if character in self._tables.removed:
            return ""
        if character in self._tables.whitespace:
            return " "
        if self._split_cjk and character in self._tables.ideographs:
            return f" {character} "
        return character

    def _form(self, character: str) -> str:
        """Apply all steps to one character; right unless combining marks change places."""
        form = self._clean(character)
        if self._strip_accents:
            parts = "".join(map(self._tables.decompose, form))
            form = "".join(part for part in parts if part not in self._tables.nonspacing)
        return "".join(map(self._tables.lower, form)) if self._lowercase else form

    def _normalize_in_canonical_order(self, text: str) -> NormalizedText:
        """Normalise a text with combining marks that stay and may change places.

        Marks that NFD knows but that are no nonspacing marks for the reference are not dropped, so
        their order matters. The reference hands out original positions by order and not by
        identity: the n-th character that is first in its decomposition gets the n-th original
        position, wherever sorting has put it, and what follows it in a decomposition shares it.
        """
        cleaned = [(unit, at) for at, char in enumerate(text) for unit in self._clean(char)]
        parts = [
            Part(character, added=index > 0)
            for unit, _ in cleaned
            for index, character in enumerate(self._tables.decompose(unit))
        ]
        characters: list[str] = []
        positions: list[int] = []
        originals = -1
        for part in self._canonical_order(parts):
            originals += not part.added
            if part.character in self._tables.nonspacing:
                continue
            form = self._tables.lower(part.character) if self._lowercase else part.character
            characters.append(form)
            positions += [cleaned[originals][1]] * len(form)
        return NormalizedText("".join(characters), positions)

    def _canonical_order(self, parts: list[Part]) -> Iterator[Part]:
        """Sort each run of combining marks by rank; marks of one rank keep their order."""
        order = self._tables.combining_order

        def rank(part: Part) -> int:
            return order.get(part.character, 0)

        for _, run in groupby(parts, key=lambda part: rank(part) > 0):
            yield from sorted(run, key=rank)
