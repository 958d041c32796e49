"""SNIPS: 7 intents, a tag a word."""

from __future__ import annotations

import re
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.training.datasets.rows import LabelledText, readable

PARTS = {"train": "train", "validation": "valid", "test": "test"}

# Between the words of a name such as "AddToPlaylist".
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def read_snips(folder: Path, part: str) -> list[LabelledText]:
    """Read one part.

    Args:
        folder: with a folder for each part.
        part: one of `PARTS`.

    Raises:
        EdgebertError: a file cannot be read, or their lines do not fit each other.

    """
    files = [folder / PARTS[part] / name for name in ("seq.in", "seq.out", "label")]
    try:
        columns = [file.read_text(encoding="utf-8").splitlines() for file in files]
    except OSError as error:
        raise EdgebertError(f"{error.filename}: cannot be read ({error.strerror})") from error
    if len(set(map(len, columns))) != 1:
        raise EdgebertError(f"{files[0].parent}: its three files differ in their number of lines")
    rows = []
    for number, (text, tags, label) in enumerate(zip(*columns, strict=True), start=1):
        words, named = text.split(), tuple(readable(tag) for tag in tags.split())
        if len(words) != len(named):
            raise EdgebertError(
                f"{files[1]}: line {number} has {len(named)} tags for {len(words)} words"
            )
        intent = _INNER_CAPITAL.sub(" ", label.strip()).lower()
        rows.append(LabelledText(" ".join(words), intent, named))
    return rows


def without_copies(rows: list[LabelledText], others: list[LabelledText]) -> list[LabelledText]:
    """Return the rows whose text is none of the others'."""
    texts = {row.text for row in others}
    return [row for row in rows if row.text not in texts]
