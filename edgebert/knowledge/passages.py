"""Cuts a text into passages: short enough for the model, whole enough to be understood alone."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from edgebert.errors import EdgebertError
from edgebert.knowledge.blocks import Block, split_blocks
from edgebert.text import WordPieceTokenizer

SPECIAL_TOKENS = 2
SHORTEST = 16  # tokens; below it a passage is no more than a few words
# A long word that the vocabulary lacks is one token: text without an end must not be one passage.
CHARACTERS_A_TOKEN = 16
HEADINGS_SHARE = 4  # headings above a passage may take a fourth of it
_UNLIMITED = 1 << 30

# A sentence ends before the space, one in Chinese or Japanese with its mark; lines of lists, tables
# and quotations end with themselves.
_SENTENCE_END = re.compile(
    r"""(?<=[.!?\u2026])["'\u201d\u2019)\]]*\s+|(?<=[\u3002\uff01\uff1f])|\n(?=\s*(?:[-*+|>]|\d+[.)])\s)"""
)
_LINE_END = re.compile(r"\n")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Cutting:
    """How long passages are.

    Attributes:
        tokens: most tokens of a passage with the headings above it, [CLS] and [SEP] included.
        overlap: most tokens that neighbours share, in whole sentences.

    """

    tokens: int
    overlap: int

    def __post_init__(self) -> None:
        """Raise EdgebertError unless passages can be made so."""
        if self.tokens < SHORTEST:
            raise EdgebertError(
                f"passage tokens: found {self.tokens}, expected at least {SHORTEST}"
            )
        if not 0 <= self.overlap <= self.tokens // 2:
            raise EdgebertError(
                f"overlap: found {self.overlap} tokens, expected 0 to {self.tokens // 2}, half of "
                "a passage"
            )


@dataclass(frozen=True)
class Piece:
    """A passage in its text.

    Attributes:
        start: its first character, counted in code points.
        stop: the character after its last.
        first_line: from 1.
        last_line: the line of its last character.
        headings: titles of the headings above it that it does not hold itself, uppermost first.

    """

    start: int
    stop: int
    first_line: int
    last_line: int
    headings: tuple[str, ...]


@dataclass(frozen=True)
class _Unit:
    """What is not cut further: a sentence, a line, or a part of one that is too long.

    Its size is its tokens, or more where it has many characters; what lies before it counts too.
    """

    start: int
    stop: int
    tokens: int
    size: int
    paragraph: int


@dataclass
class _Section:
    """Blocks between two headings, with the headings that stand right before them."""

    above: tuple[str, ...]
    within: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        return any(block.kind != "heading" for block in self.blocks)


def cut_passages(
    text: str, tokenizer: WordPieceTokenizer, cutting: Cutting, *, markdown: bool
) -> list[Piece]:
    """Cut a text into passages, in its order; each token of it is in at least one.

    A passage never reaches over a heading, holds whole paragraphs where they fit, otherwise whole
    sentences, and begins with the last sentences of the one before where a section is cut.

    Args:
        text: lines end with a line feed.
        tokenizer: counts the tokens.
        cutting: how long passages are.
        markdown: whether headings and fences are looked for.

    """
    line_starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    pieces = []
    for section in _sections(split_blocks(text, markdown=markdown)):
        above, within = (
            _fitting(titles, tokenizer, cutting) for titles in (section.above, section.within)
        )
        taken = max(_count(tokenizer, joined(titles)) for titles in (above, within))
        room = cutting.tokens - SPECIAL_TOKENS - taken
        units = list(_units(text, section, tokenizer, room))
        for number, units_of_one in enumerate(_pack(units, room, cutting.overlap)):
            if any(unit.tokens for unit in units_of_one):
                start, stop = units_of_one[0].start, units_of_one[-1].stop
                pieces.append(
                    Piece(
                        start,
                        stop,
                        bisect_right(line_starts, start),
                        bisect_right(line_starts, stop - 1),
                        within if number else above,
                    )
                )
    return pieces


def joined(headings: Sequence[str]) -> str:
    """Write headings on one line, the uppermost first."""
    return " > ".join(headings)


def _sections(blocks: Sequence[Block]) -> Iterator[_Section]:
    """Divide at headings; headings without text between them begin one section together."""
    path: list[Block] = []
    section = _Section((), ())
    for block in blocks:
        if block.kind == "heading":
            path = [heading for heading in path if heading.level < block.level]
            titles = tuple(heading.title for heading in path if heading.title)
            if section.has_text or not section.blocks:
                if section.blocks:
                    yield section
                section = _Section(titles, titles)
            path.append(block)
            section.within = tuple(heading.title for heading in path if heading.title)
        section.blocks.append(block)
    if section.blocks:
        yield section


def _fitting(
    titles: tuple[str, ...], tokenizer: WordPieceTokenizer, cutting: Cutting
) -> tuple[str, ...]:
    """Leave out headings, the uppermost first, until the others take no more than their share."""
    while titles and _count(tokenizer, joined(titles)) > cutting.tokens // HEADINGS_SHARE:
        titles = titles[1:]
    return titles


def _units(
    text: str, section: _Section, tokenizer: WordPieceTokenizer, room: int
) -> Iterator[_Unit]:
    before = section.blocks[0].start
    for number, block in enumerate(section.blocks):
        end = _LINE_END if block.kind == "code" else _SENTENCE_END
        for start, stop in _split(text, block.start, block.stop, end):
            for first, last in _parts(text, start, stop, tokenizer, room):
                tokens = _count(tokenizer, text[first:last])
                size = max(tokens, -(-(last - before) // CHARACTERS_A_TOKEN))
                yield _Unit(first, last, tokens, size, number)
                before = last


def _split(text: str, start: int, stop: int, end: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield the places between matches, without white space at their ends and none that is blank.

    A match's closing quotes belong to what they close.
    """
    for match in end.finditer(text, start, stop):
        yield from _stripped(text, start, match.end())
        start = match.end()
    yield from _stripped(text, start, stop)


def _stripped(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    part = text[start:stop]
    start += len(part) - len(part.lstrip())
    stop -= len(part) - len(part.rstrip())
    if start < stop:
        yield start, stop


def _parts(
    text: str, start: int, stop: int, tokenizer: WordPieceTokenizer, room: int
) -> Iterator[tuple[int, int]]:
    """Cut what is longer than a passage: before words, before tokens where a word is too long."""
    while start < stop:
        most = min(stop, start + room * CHARACTERS_A_TOKEN)
        encoding = tokenizer.encode(text[start:most], max_length=_UNLIMITED)
        offsets = encoding.offsets[1:-1]
        if len(offsets) > room:
            most = start + offsets[room][0]
        elif most == stop:
            yield start, stop
            return
        spaces = [match.start() for match in _SPACE.finditer(text, start + 1, most + 1)]
        cut = spaces[-1] if spaces else max(most, start + 1)
        yield from _stripped(text, start, cut)
        start = cut + len(text[cut:stop]) - len(text[cut:stop].lstrip())


def _count(tokenizer: WordPieceTokenizer, text: str) -> int:
    return len(tokenizer.encode(text, max_length=_UNLIMITED)) - SPECIAL_TOKENS


def _pack(units: Sequence[_Unit], room: int, overlap: int) -> Iterator[list[_Unit]]:
    """Fill passages with paragraphs, and with sentences where a paragraph is too long for one."""
    passage: list[_Unit] = []
    for _, found in groupby(units, key=lambda unit: unit.paragraph):
        paragraph = list(found)
        whole = sum(unit.size for unit in paragraph)
        for number, unit in enumerate(paragraph):
            needed = whole if number == 0 and whole <= room else unit.size
            if passage and sum(part.size for part in passage) + needed > room:
                yield passage
                passage = _last(passage, min(overlap, room - needed))
            passage.append(unit)
    if passage:
        yield passage


def _last(passage: Sequence[_Unit], most: int) -> list[_Unit]:
    """Return the last sentences that are no longer than that together."""
    taken: list[_Unit] = []
    for unit in reversed(passage):
        if sum(part.size for part in taken) + unit.size > most:
            break
        taken.insert(0, unit)
    return taken
