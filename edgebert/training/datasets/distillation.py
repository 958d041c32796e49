"""Plain texts to learn from a teacher, none of them of a test part."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.training.datasets.rows import SEED

COMMANDS = ("slurp_lm/lm.txt",)
FILES = ("sgd/train.utterances.txt", "sgd/dev.utterances.txt", *COMMANDS)

_NO_LETTER = re.compile(r"[^a-z0-9]+")


def distinct_texts(
    folder: Path, files: Sequence[str], texts: Iterable[str], without: Iterable[str]
) -> list[str]:
    """Collect texts, each once, in an order drawn by the seed.

    Letters and digits decide which texts are the same: SLURP has many of HWU64's sentences, those
    of its test part too, and they are left out here.

    Args:
        folder: with the files.
        files: with a text a line.
        texts: to be among them.
        without: texts not to be among them.

    Raises:
        EdgebertError: a file cannot be read.

    """
    seen = set(map(_key, without)) | {""}
    found = []
    for text in (*texts, *_lines(folder, files)):
        if (key := _key(text)) not in seen:
            seen.add(key)
            found.append(text)
    random.Random(SEED).shuffle(found)
    return found


def _lines(folder: Path, files: Sequence[str]) -> Iterable[str]:
    for name in files:
        try:
            content = (folder / name).read_text(encoding="utf-8")
        except OSError as error:
            raise EdgebertError(f"{folder / name}: cannot be read ({error.strerror})") from error
        yield from (line.strip() for line in content.split("\n"))


def _key(text: str) -> str:
    return _NO_LETTER.sub("", text.lower())
