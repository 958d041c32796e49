"""Labelled texts, and how they are split, named and written."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

SEED = 0
OUT_OF_SCOPE = "out of scope"


@dataclass(frozen=True)
class LabelledText:
    """A text with its intent, and its slots where they are known.

    Attributes:
        text: its words, joined by single spaces.
        label: the intent.
        tags: a BIO tag a word; None where the slots are unknown.

    """

    text: str
    label: str
    tags: tuple[str, ...] | None = None


def readable(name: str) -> str:
    """Make words of a name such as "transfer_funds"."""
    return name.replace("_", " ")


def split_off(
    rows: Sequence[LabelledText], share: float
) -> tuple[list[LabelledText], list[LabelledText]]:
    """Split rows in two, each label in the same proportion, drawn by the seed.

    Args:
        rows: the rows.
        share: of each label that goes to the second part.

    """
    by_label: dict[str, list[LabelledText]] = {}
    for row in rows:
        by_label.setdefault(row.label, []).append(row)
    first: list[LabelledText] = []
    second: list[LabelledText] = []
    generator = random.Random(SEED)
    for label in sorted(by_label):
        drawn = generator.sample(by_label[label], len(by_label[label]))
        count = round(share * len(drawn))
        first += drawn[count:]
        second += drawn[:count]
    return first, second


def write_rows(path: Path, rows: Iterable[LabelledText]) -> int:
    """Write rows as JSON lines, in an order drawn by the seed; return how many."""
    shuffled = list(rows)
    random.Random(SEED).shuffle(shuffled)
    lines = []
    for row in shuffled:
        record: dict[str, object] = {"text": row.text, "label": row.label}
        if row.tags is not None:
            record |= {"tokens": row.text.split(" "), "tags": list(row.tags)}
        lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    write_text(path, "".join(lines))
    return len(lines)


def write_text(path: Path, content: str) -> None:
    """Write a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(content, encoding="utf-8")
    partial.rename(path)
