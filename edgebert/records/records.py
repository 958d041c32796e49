"""Records with named fields from .jsonl and .csv files, streamed, each with its line number."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from edgebert.errors import EdgebertError
from edgebert.records.lines import read_lines

Record = Mapping[str, object]


def read_jsonl(path: Path) -> Iterator[tuple[int, Record]]:
    """Yield (line number, object) for every line of a .jsonl file that is not blank.

    Raises:
        EdgebertError: a line is not JSON or not an object, or as `read_lines`.

    """
    for number, line in read_lines(path):
        if not line.strip():
            continue
        try:
            # Stricter than the json module: no NaN, and no lone surrogate that UTF-8 cannot hold.
            record = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise EdgebertError(
                f"{path}: line {number} is not JSON ({error}), expected one object a line"
            ) from None
        if not isinstance(record, dict):
            raise EdgebertError(
                f"{path}: line {number} holds a JSON {_json_type(record)}, expected an object "
                'with named fields such as {"text": "..."}'
            )
        yield number, record


def read_csv(path: Path) -> Iterator[tuple[int, Record]]:
    """Yield (line number, row by field name) for every row of a .csv file (RFC 4180).

    The first row names the fields. A quoted field may hold line ends; the number is that of the
    line where its row begins. Blank rows are skipped.

    Raises:
        EdgebertError: quotes that do not match, a row of another length than the header, a field
            name that appears twice, or as `read_lines`.

    """
    rows = csv.reader((line for _, line in read_lines(path)), strict=True)
    header: list[str] = []
    while True:
        number = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise EdgebertError(
                f"{path}: the row that begins on line {number} is not CSV ({error}), expected "
                'fields split by commas, quoted with " where they hold commas or quotes'
            ) from None
        if not row:
            continue
        if not header:
            header = row
            _require_unique(path, header)
            continue
        if len(row) != len(header):
            raise EdgebertError(
                f"{path}: the row on line {number} has {len(row)} fields, the header has "
                f"{len(header)}; quote texts that hold commas"
            )
        yield number, dict(zip(header, row, strict=True))


def _require_unique(path: Path, header: list[str]) -> None:
    for name in header:
        if name and header.count(name) > 1:
            raise EdgebertError(f"{path}: the header names the field {name!r} twice")


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array"
