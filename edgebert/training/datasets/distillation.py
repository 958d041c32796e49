"""Plain texts of many kinds to learn hidden states from, none of them of a test part."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.training.datasets.rows import SEED

FILES = ("sgd/train.utterances.txt", "sgd/dev.utterances.txt", "slurp_lm/lm.txt")

_NO_LETTER = re.compile(r"[^a-z0-9]+")


def distillation_texts(folder: Path, training: Iterable[str], testing: Iterable[str]) -> list[str]:
    """Collect texts, each once, in an order drawn by the seed.

    Letters and digits decide which texts are the same: SLURP has many of HWU64's sentences, those
    of its test part too, and they are left out here.

    Args:
        folder: with the files of `FILES`.
        training: texts of training parts, to be among them.
        testing: texts of validation and test parts, not to be among them.

    Raises:
        EdgebertError: a file cannot be read.

    """
    seen = set(map(_key, testing)) | {""}
    texts = []
    for text in (*training, *_lines(folder)):
        if (key := _key(text)) not in seen:
            seen.add(key)
            texts.append(text)
    random.Random(SEED).shuffle(texts)
    return texts


def _lines(folder: Path) -> Iterable[str]:
    for name in FILES:
        try:
            content = (folder / name).read_text(encoding="utf-8")
        except OSError as error:
            raise EdgebertError(f"{folder / name}: cannot be read ({error.strerror})") from error
        yield from (line.strip() for line in content.split("\n"))


def _key(text: str) -> str:
    return _NO_LETTER.sub("", text.lower())
