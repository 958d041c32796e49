"""Phrases in two languages, out of a .tsv or .csv whose header names the languages."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.knowledge.sources import Skipped, read_source

ENDINGS = (".tsv", ".csv")


@dataclass(frozen=True)
class Phrase:
    """A phrase and its translation.

    Attributes:
        text: in the first language.
        translation: in the second.
        first_line: from 1.
        last_line: of a quoted field that holds line ends, a later one.

    """

    text: str
    translation: str
    first_line: int
    last_line: int


@dataclass(frozen=True)
class PhraseList:
    """A list of phrases.

    Attributes:
        sha256: of the file.
        languages: the two that its header names.
        phrases: in the file's order; at least one.

    """

    sha256: str
    languages: tuple[str, str]
    phrases: tuple[Phrase, ...]


def is_phrase_list(path: Path) -> bool:
    """Tell by a file's name whether it is a list of phrases."""
    return path.suffix.lower() in ENDINGS


def read_phrases(path: Path) -> PhraseList:
    """Read a list of phrases; blank lines are passed over.

    Raises:
        EdgebertError: it cannot be read, a row has not two fields with something in them, or
            quotes of a .csv do not match.

    """
    source = read_source(path.resolve(), path.name)
    if isinstance(source, Skipped):
        raise EdgebertError(f"{path}: {source.why}")
    lines = io.StringIO(source.text, newline="")
    if path.suffix.lower() == ".tsv":
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    else:
        rows = csv.reader(lines, strict=True)
    found: list[Phrase] = []
    try:
        before = 0
        for row in rows:
            cells = [cell.strip() for cell in row]
            if any(cells):
                if len(cells) != 2 or not all(cells):
                    raise EdgebertError(
                        f"{path}: line {before + 1} has {len([cell for cell in cells if cell])} "
                        "fields, expected a phrase and its translation"
                    )
                found.append(Phrase(cells[0], cells[1], before + 1, rows.line_num))
            before = rows.line_num
    except csv.Error as error:
        raise EdgebertError(f"{path}: line {rows.line_num}: {error}") from error
    if len(found) < 2:
        raise EdgebertError(
            f"{path}: found {len(found)} rows, expected a header that names two languages and "
            "phrases below it"
        )
    header, *phrases = found
    return PhraseList(source.sha256, (header.text, header.translation), tuple(phrases))
