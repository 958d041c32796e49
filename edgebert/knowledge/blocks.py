"""A text as its author divided it: headings and paragraphs, with their places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "prose", "code"]

LONGEST_TITLE = 200  # characters of a heading that stand for it elsewhere

# CommonMark 0.31: 4.2 ATX headings, 4.3 setext headings (here of one line), 4.5 fenced code blocks.
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_NO_TITLE = re.compile(r"\s*(?:[-*+>|]|\d+[.)]\s)")
_FRONT_MATTER = "---"


@dataclass(frozen=True)
class Block:
    """Lines that belong together.

    Attributes:
        kind: a heading, a paragraph (a list or a table too), or fenced code.
        start: its first character, counted in code points of the text.
        stop: the character after its last.
        level: of a heading, 1 to 6, the uppermost first; otherwise 0.
        title: a heading's words, otherwise "".

    """

    kind: Kind
    start: int
    stop: int
    level: int = 0
    title: str = ""


def split_blocks(text: str, *, markdown: bool) -> list[Block]:
    """Split a text at blank lines and, of Markdown, at headings and fences.

    Every line that is not blank is in exactly one block. Lines end with a line feed.
    """
    blocks: list[Block] = []
    paragraph: list[tuple[int, int]] = []  # the lines of the one that is open
    fence = ""

    def close(kind: Kind = "prose") -> None:
        if paragraph:
            blocks.append(Block(kind, paragraph[0][0], paragraph[-1][1]))
            paragraph.clear()

    for start, line in _lines(text):
        place = (start, start + len(line))
        if fence:
            paragraph.append(place)
            if _closes(line, fence):
                close("code")
                fence = ""
            continue
        opened = _opens(text, start, line) if markdown else ""
        heading = _HEADING.match(line) if markdown else None
        if opened:
            close()
            paragraph.append(place)
            fence = opened
        elif heading:
            close()
            blocks.append(Block("heading", *place, len(heading[1]), _title(heading[2] or "")))
        elif not line.strip():
            close()
        elif markdown and _underlines(text, paragraph, line):
            first, stop = paragraph.pop()
            level = 1 if "=" in line else 2
            blocks.append(Block("heading", first, place[1], level, _title(text[first:stop])))
        else:
            paragraph.append(place)
    close("code" if fence else "prose")
    return blocks


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _opens(text: str, start: int, line: str) -> str:
    """Return the mark that ends what a line opens: fenced code, or what stands before all text."""
    if start == 0 and line.rstrip() == _FRONT_MATTER and f"\n{_FRONT_MATTER}" in text:
        return _FRONT_MATTER
    found = _FENCE.match(line)
    if found is None or (found[1][0] == "`" and "`" in found[2]):
        return ""
    return found[1]


def _closes(line: str, fence: str) -> bool:
    if fence == _FRONT_MATTER:
        return line.rstrip() == fence
    found = _FENCE.match(line)
    return found is not None and found[1].startswith(fence) and not found[2].strip()


def _underlines(text: str, paragraph: list[tuple[int, int]], line: str) -> bool:
    if len(paragraph) != 1 or not _UNDERLINE.match(line):
        return False
    return not _NO_TITLE.match(text[slice(*paragraph[0])])


def _title(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE]
