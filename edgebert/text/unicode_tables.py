"""Unicode properties of the reference tokenizer, read from a generated file.

Python's own `unicodedata` differs between Python versions, as Java's and Swift's tables differ
between systems, and none of them agrees with the reference. So what a character is comes from
`unicode_tables.json` alone, in Python, Kotlin and Swift alike; `tests/golden/README.md` explains
its format and `tests/golden/generate_unicode_tables.py` writes it.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

# Hangul syllables decompose by arithmetic (Unicode Standard, section 3.12), not by table.
HANGUL_FIRST, HANGUL_LAST = "\uac00", "\ud7a3"
LEADING_FIRST, VOWEL_FIRST, TRAILING_BEFORE_FIRST = 0x1100, 0x1161, 0x11A7
VOWEL_COUNT, TRAILING_COUNT = 21, 28


class TableFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON file as it is; its README explains each field."""

    format: Literal[1]
    reference: str
    removed: list[int]
    whitespace: list[int]
    ideographs: list[int]
    nonspacing: list[int]
    punctuation: list[int]
    combining_order: list[int]
    lowercase_runs: list[int]
    lowercase_lists: list[list[int]]
    decompositions: list[list[int]]


class CodePointSet:
    """A set of characters, kept as sorted half-open ranges [start, stop, start, stop, ...]."""

    def __init__(self, boundaries: list[int]) -> None:
        self._boundaries = boundaries

    def __contains__(self, character: str) -> bool:
        """Whether the character lies inside a range: then an odd number of boundaries is passed."""
        return bisect_right(self._boundaries, ord(character)) % 2 == 1

    @property
    def pattern(self) -> str:
        """What stands inside a regular expression's [...] to match the set."""
        starts, stops = self._boundaries[::2], self._boundaries[1::2]
        return "".join(
            f"{re.escape(chr(start))}-{re.escape(chr(stop - 1))}"
            for start, stop in zip(starts, stops, strict=True)
        )


@dataclass(frozen=True)
class UnicodeTables:
    """What normalising and splitting need to know of each character.

    Attributes:
        removed: control, format and private-use characters, U+0000, U+FFFD, lone surrogates.
        whitespace: characters that separate words.
        ideographs: CJK ideographs that become words of their own.
        nonspacing: marks that stripping accents drops.
        punctuation: characters that are words of their own.
        combining_order: combining marks with the rank by which NFD sorts a run of them.
        lowercase: characters that change in lowercase, with what they become.
        decompositions: characters that NFD decomposes, with all their parts, without Hangul.

    """

    removed: CodePointSet
    whitespace: CodePointSet
    ideographs: CodePointSet
    nonspacing: CodePointSet
    punctuation: CodePointSet
    combining_order: dict[str, int]
    lowercase: dict[str, str]
    decompositions: dict[str, str]

    def decompose(self, character: str) -> str:
        """Return the full canonical decomposition (NFD) of one character."""
        if HANGUL_FIRST <= character <= HANGUL_LAST:
            return _hangul_jamo(character)
        return self.decompositions.get(character, character)

    def lower(self, character: str) -> str:
        """Return the lowercase of one character, whatever stands around it."""
        return self.lowercase.get(character, character)


def _hangul_jamo(syllable: str) -> str:
    leading, rest = divmod(ord(syllable) - ord(HANGUL_FIRST), VOWEL_COUNT * TRAILING_COUNT)
    vowel, trailing = divmod(rest, TRAILING_COUNT)
    jamo = chr(LEADING_FIRST + leading) + chr(VOWEL_FIRST + vowel)
    return jamo + chr(TRAILING_BEFORE_FIRST + trailing) if trailing else jamo


def _text(codes: list[int]) -> str:
    return "".join(map(chr, codes))


def _combining_order(flat: list[int]) -> dict[str, int]:
    triples = zip(flat[::3], flat[1::3], flat[2::3], strict=True)
    return {chr(code): rank for start, stop, rank in triples for code in range(start, stop)}


def _lowercase(file: TableFile) -> dict[str, str]:
    flat = file.lowercase_runs
    runs = zip(flat[::4], flat[1::4], flat[2::4], flat[3::4], strict=True)
    single = {
        chr(code): chr(code + distance)
        for first, last, step, distance in runs
        for code in range(first, last + 1, step)
    }
    return single | {chr(row[0]): _text(row[1:]) for row in file.lowercase_lists}


@lru_cache(maxsize=1)
def unicode_tables() -> UnicodeTables:
    """Return the tables; the file is read on the first call."""
    content = files("edgebert.text").joinpath("unicode_tables.json").read_bytes()
    file = msgspec.json.decode(content, type=TableFile)
    return UnicodeTables(
        removed=CodePointSet(file.removed),
        whitespace=CodePointSet(file.whitespace),
        ideographs=CodePointSet(file.ideographs),
        nonspacing=CodePointSet(file.nonspacing),
        punctuation=CodePointSet(file.punctuation),
        combining_order=_combining_order(file.combining_order),
        lowercase=_lowercase(file),
        decompositions={chr(row[0]): _text(row[1:]) for row in file.decompositions},
    )
