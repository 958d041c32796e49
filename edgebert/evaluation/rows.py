"""Rows of evaluation data, one example each, from .jsonl, .csv and SQuAD's .json files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from edgebert.errors import EdgebertError
from edgebert.records import Record, read_csv, read_jsonl


@dataclass(frozen=True)
class Row:
    """One example as it stands in the file.

    Attributes:
        place: the file and the row's place in it, for messages.
        record: its fields; those of a .csv are strings.

    """

    place: str
    record: Record

    def value(self, field: str) -> object:
        """Return a field.

        Raises:
            EdgebertError: the row has no such field.

        """
        if field not in self.record:
            found = ", ".join(repr(name) for name in self.record) or "none"
            raise EdgebertError(
                f"{self.place}: has no field {field!r}, found {found}; name the field that is "
                "meant: --field, --pair-field or --label-field"
            )
        return self.record[field]

    def text(self, field: str) -> str:
        """Return a field that holds one string."""
        value = self.value(field)
        if not isinstance(value, str):
            raise self.wrong(field, "a string")
        return value

    def number(self, field: str) -> float:
        """Return a field that holds a number, or a string that spells one."""
        value = self.value(field)
        try:
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                number = float(value)
                if abs(number) < float("inf"):
                    return number
        except (ValueError, OverflowError):
            pass
        raise self.wrong(field, "a number")

    def strings(self, field: str) -> tuple[str, ...]:
        """Return a field that holds strings: an array, or in a .csv one string split at spaces."""
        value = self.value(field)
        if isinstance(value, str):
            return tuple(value.split())
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self.wrong(field, "an array of strings")

    def wrong(self, field: str, expected: str) -> EdgebertError:
        """Make the error that says what a field holds and what it should."""
        return EdgebertError(
            f"{self.place}: field {field!r} is {_shorten(self.record[field])}, expected {expected}"
        )


def read_rows(path: str | Path, limit: int | None = None) -> Iterator[Row]:
    """Yield the rows of a data file, in its order; .jsonl and .csv are streamed.

    Args:
        path: .jsonl (an object a line), .csv (the first row names the fields) or .json as SQuAD
            has it, which is read whole and gives rows with question, context and answers.
        limit: stop after so many rows.

    Raises:
        EdgebertError: one line with the file and the row's place in it: no such file, another
            format, not UTF-8, bad JSON or CSV; a limit below 1.

    """
    path = Path(path)
    if limit is not None and limit < 1:
        raise EdgebertError(f"limit: found {limit}, expected 1 row or more")
    suffix = path.suffix.lower()
    if suffix not in (".jsonl", ".csv", ".json"):
        raise EdgebertError(
            f"{path}: unknown suffix {path.suffix!r}, expected .jsonl (an object a line), .csv or "
            "SQuAD's .json"
        )
    if suffix == ".json":
        rows = _read_squad(path)
    else:
        records = read_jsonl(path) if suffix == ".jsonl" else read_csv(path)
        rows = (Row(f"{path}: line {number}", record) for number, record in records)
    return islice(rows, limit)


class _SquadAnswer(msgspec.Struct):
    text: str


class _SquadQuestion(msgspec.Struct):
    id: str
    question: str
    answers: list[_SquadAnswer]


class _SquadParagraph(msgspec.Struct):
    context: str
    qas: list[_SquadQuestion]


class _SquadArticle(msgspec.Struct):
    paragraphs: list[_SquadParagraph]


class _SquadFile(msgspec.Struct):
    data: list[_SquadArticle]


def _read_squad(path: Path) -> Iterator[Row]:
    try:
        content = msgspec.json.decode(path.read_bytes(), type=_SquadFile)
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be read ({error.strerror})") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EdgebertError(
            f"{path}: {error}; expected SQuAD's JSON, or a .jsonl file with an object a line"
        ) from error
    for article in content.data:
        for paragraph in article.paragraphs:
            for asked in paragraph.qas:
                record = {
                    "question": asked.question,
                    "context": paragraph.context,
                    "answers": _texts(asked.answers),
                }
                yield Row(f"{path}: question {asked.id}", record)


def _texts(answers: Sequence[_SquadAnswer]) -> list[str]:
    return [answer.text for answer in answers]


def _shorten(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
