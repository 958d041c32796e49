"""Calibration texts from .txt, .jsonl and .csv files, single or in pairs, and their digest."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heappush, heappushpop
from pathlib import Path

import msgspec

from edgebert.errors import EdgebertError
from edgebert.records import Record, read_csv, read_jsonl, read_lines

# Field names tried when none are given, in this order; pairs first, because a file with "text"
# and "text_pair" is a file of pairs.
DEFAULT_FIELDS: tuple[tuple[str, str | None], ...] = (
    ("question", "context"),
    ("premise", "hypothesis"),
    ("text", "text_pair"),
    ("sentence1", "sentence2"),
    ("text", None),
)

# What makes a line blank. Other invisible characters (zero-width, control) are left to the
# tokenizer, which alone knows whether a text has tokens.
_BLANK = " \t\r\n\v\f"

_NAMES_SHOWN = 8


@dataclass(frozen=True)
class TextSample:
    """One calibration text, with its second text where the task reads pairs."""

    text: str
    pair: str | None = None


def read_texts(
    path: str | Path, *, field: str | None = None, pair_field: str | None = None
) -> Iterator[TextSample]:
    """Yield calibration texts in the file's order, one in memory at a time.

    Args:
        path: .txt (a text a line), .jsonl (an object a line) or .csv (first row: field names),
            in UTF-8. Blank lines, and records without any text, are skipped.
        field: the field that holds the text; by default the first of `DEFAULT_FIELDS` whose
            fields are all in the first record. Given alone, the samples have no pair.
        pair_field: the field that holds the second text; needs `field`.

    Raises:
        EdgebertError: one line with the path, and the line number where there is one: no such
            file, a folder, binary, not UTF-8, a line of 1 MB, bad JSON or CSV, a missing field,
            a field that is not a string, an unknown suffix, no text at all.

    """
    path = Path(path)
    empty = True
    for sample in _samples(path, field, pair_field):
        empty = False
        yield sample
    if empty:
        raise EdgebertError(f"{path}: holds no text (empty or blank), expected at least one")


def text_digest(samples: Iterable[TextSample]) -> str:
    """Return the sha256 (hex) of the texts in order, whatever file format they came from.

    Hashed is a line of UTF-8 for each sample: the compact JSON array `[text]` or `[text, pair]`.
    """
    digest = hashlib.sha256()
    for sample in samples:
        digest.update(_line(sample))
    return digest.hexdigest()


def draw_texts(samples: Iterable[TextSample], count: int) -> list[TextSample]:
    """Draw so many (1 or more) distinct texts from a stream, or all that it has.

    The drawn ones are those with the smallest hashes, in that order: bottom-k sampling (Cohen and
    Kaplan, 2007). So the draw is as good as random, the same each time, and independent of the
    order and of repetitions in the stream; in memory are the drawn ones alone.
    """
    drawn: list[tuple[int, TextSample]] = []  # a heap, the largest hash first
    ranks: set[int] = set()
    for sample in samples:
        rank = -int.from_bytes(hashlib.sha256(_line(sample)).digest())
        if rank in ranks or (len(drawn) == count and rank < drawn[0][0]):
            continue
        ranks.add(rank)
        if len(drawn) < count:
            heappush(drawn, (rank, sample))
        else:
            ranks.discard(heappushpop(drawn, (rank, sample))[0])
    return [sample for _, sample in sorted(drawn, key=lambda item: -item[0])]


def _line(sample: TextSample) -> bytes:
    texts = [sample.text] if sample.pair is None else [sample.text, sample.pair]
    return msgspec.json.encode(texts) + b"\n"


def _samples(path: Path, field: str | None, pair_field: str | None) -> Iterator[TextSample]:
    readers: dict[str, Callable[[Path], Iterator[tuple[int, Record]]]] = {
        ".jsonl": read_jsonl,
        ".csv": read_csv,
    }
    suffix = path.suffix.lower()
    if suffix in readers:
        return _from_records(path, readers[suffix](path), field, pair_field)
    # A folder is named as such whatever its suffix, so `read_lines` sees it first.
    if suffix != ".txt" and not path.is_dir():
        raise EdgebertError(
            f"{path}: unknown suffix {path.suffix!r}, expected .txt (a text a line), .jsonl or .csv"
        )
    if suffix == ".txt" and (field is not None or pair_field is not None):
        raise EdgebertError(
            f"{path}: a .txt file has no fields, found field {(field or pair_field)!r}; "
            "leave it out, or use .jsonl or .csv"
        )
    return _from_lines(path)


def _from_lines(path: Path) -> Iterator[TextSample]:
    for _, line in read_lines(path):
        if line.strip(_BLANK):
            yield TextSample(line.rstrip("\r\n"))


def _from_records(
    path: Path,
    records: Iterator[tuple[int, Record]],
    field: str | None,
    pair_field: str | None,
) -> Iterator[TextSample]:
    if pair_field is not None and field is None:
        raise EdgebertError(
            f"{path}: found pair field {pair_field!r} alone, expected the text's field too"
        )
    for number, record in records:
        if field is None:
            field, pair_field = _default_fields(path, number, record)
        text = _string(path, number, record, field)
        pair = None if pair_field is None else _string(path, number, record, pair_field)
        if text.strip(_BLANK) or (pair is not None and pair.strip(_BLANK)):
            yield TextSample(text, pair)


def _default_fields(path: Path, number: int, record: Record) -> tuple[str, str | None]:
    for field, pair_field in DEFAULT_FIELDS:
        if field in record and (pair_field is None or pair_field in record):
            return field, pair_field
    expected = ", ".join(f"{a}+{b}" if b else a for a, b in DEFAULT_FIELDS)
    raise EdgebertError(
        f"{path}: line {number} has the fields {_names(record)}, expected one of {expected}; "
        "or name the field that holds the text"
    )


def _string(path: Path, number: int, record: Record, field: str) -> str:
    if field not in record:
        raise EdgebertError(f"{path}: line {number} has no field {field!r}, found {_names(record)}")
    value = record[field]
    if not isinstance(value, str):
        found = "null" if value is None else type(value).__name__
        raise EdgebertError(f"{path}: line {number}: field {field!r} is {found}, expected a string")
    return value


def _names(record: Record) -> str:
    names = [repr(name) for name in list(record)[:_NAMES_SHOWN]]
    if len(record) > _NAMES_SHOWN:
        names.append(f"and {len(record) - _NAMES_SHOWN} more")
    return ", ".join(names) or "none"
