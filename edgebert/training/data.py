"""Reading a recipe's data files: rows of a task, and plain texts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from edgebert.errors import EdgebertError
from edgebert.evaluation.rows import Row, read_rows
from edgebert.records import read_lines
from edgebert.text import WordPieceTokenizer
from edgebert.training.features import Feature, feature
from edgebert.training.sources import DataFile


def rows_of(files: Sequence[DataFile]) -> list[Row]:
    """Read all rows of some files.

    Raises:
        EdgebertError: one line with the file and the row: see `read_rows`; or no row at all.

    """
    rows = [row for file in files for row in read_rows(file.path)]
    if not rows:
        raise EdgebertError(f"{files[0].path}: holds no row, expected at least one")
    return rows


def limited(rows: Sequence[Row], limit: int | None) -> list[Row]:
    """Return at most so many rows, spread evenly over all: files are often sorted by label."""
    if limit is None or limit >= len(rows):
        return list(rows)
    return [rows[number * len(rows) // limit] for number in range(limit)]


def text_features(
    files: Sequence[DataFile],
    tokenizer: WordPieceTokenizer,
    max_length: int,
    limit: int | None,
) -> list[Feature]:
    """Read and tokenize texts; those without a token are left out.

    Args:
        files: .txt with a text a line; .jsonl and others with a field text or tokens.
        tokenizer: of the checkpoint.
        max_length: tokens that texts are cut to.
        limit: most lines or rows of each file.

    Raises:
        EdgebertError: a file that cannot be read, a row without text, or no text at all.

    """
    encodings = (tokenizer.encode(text, max_length=max_length) for text in texts_of(files, limit))
    features = [feature(encoding) for encoding in encodings if len(encoding) > 2]
    if not features:
        raise EdgebertError(f"{files[0].path}: holds no text, expected a text a line")
    return features


def texts_of(files: Sequence[DataFile], limit: int | None) -> Iterator[str]:
    """Yield the texts of some files.

    Args:
        files: .txt with a text a line; .jsonl and others with a field text or tokens.
        limit: most lines or rows of each file.

    Raises:
        EdgebertError: a file that cannot be read, or a row without text.

    """
    for file in files:
        yield from islice(_texts(file), limit)


def kept_aside(
    features: Sequence[Feature], count: int, seed: int
) -> tuple[list[Feature], list[Feature]]:
    """Split off texts to look at: at most so many, and at most a tenth (but one).

    Returns:
        The texts to train on, and those kept aside.

    """
    if len(features) < 2:
        raise EdgebertError(f"distil.texts: hold {len(features)} text, expected two or more")
    aside = max(1, min(count, len(features) // 10))
    order = list(range(len(features)))
    random.Random(seed).shuffle(order)
    return [features[at] for at in order[aside:]], [features[at] for at in order[:aside]]


def _texts(file: DataFile) -> Iterator[str]:
    if file.path.suffix.lower() == ".txt":
        for _, line in read_lines(file.path):
            yield line.rstrip("\n")
        return
    for row in read_rows(file.path):
        yield row.text("text") if "text" in row.record else " ".join(row.strings("tokens"))
