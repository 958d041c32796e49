"""A report as Markdown (CommonMark with GitHub's tables)."""

import re
from collections.abc import Iterable, Iterator, Sequence

from edgebert.printable import printable
from edgebert.report.report import Report, Section
from edgebert.report.table import (
    COLUMNS,
    CONDITION_COLUMNS,
    EXPLANATION,
    cells_of,
    condition_cells,
)
from edgebert.report.wording import (
    accuracy_line,
    describe_device,
    method_of,
    overview_of,
    reasons_of,
    sentence_of,
    title_of,
)

# What begins markup within a line; "://", "www." and "@" become links by themselves on GitHub.
_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&#$@]|(?<=[a-zA-Z]):(?=//)|(?<=www)\.", re.IGNORECASE)


def write_markdown(report: Report) -> str:
    """Write a report as Markdown."""
    return "\n".join(_lines(report)) + "\n"


def escape(text: str) -> str:
    r"""Escape text so that it means nothing to Markdown: `a_b` is a\_b."""
    return _SPECIAL.sub(r"\\\g<0>", printable(text))


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table; columns that begin with ">" align right."""
    yield _row(column.removeprefix(">") for column in columns)
    yield _row(("---:" if column.startswith(">") else "---" for column in columns), escape=False)
    for row in rows:
        yield _row(row)


def _row(cells: Iterable[str], *, escape: bool = True) -> str:
    made = (_escaped(cell) if escape else cell for cell in cells)
    return f"| {' | '.join(made)} |"


_escaped = escape


def _lines(report: Report) -> Iterator[str]:
    yield "# Benchmark: which artifact to ship"
    for section in report.sections:
        yield ""
        yield f"**{escape(sentence_of(section))}**"
    if len(report.sections) > 1:
        yield ""
        yield from table_lines(*overview_of(report))
    yield ""
    yield escape(report.rule)
    yield from _bullets(report.notes)
    for section in report.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield ""
    yield f"## {escape(title_of(section))}"
    yield ""
    device = describe_device(section.origin.target, section.origin.machine)
    yield escape(f"{device}. {method_of(section.origin)}.")
    yield ""
    yield escape(f"Bundle {section.origin.bundle}. {accuracy_line(section)}")
    if section.apart is not None:
        yield ""
        yield escape(section.apart)
    excluded = (f"Not in the choice: {line}" for line in reasons_of(section.choice))
    yield from _bullets([*section.notes, *excluded])
    if section.rows:
        yield ""
        yield from table_lines(COLUMNS, map(cells_of, section.rows))
        yield ""
        yield escape(EXPLANATION)
    if section.repeats:
        yield ""
        yield from table_lines(CONDITION_COLUMNS, condition_cells(section))


def _bullets(lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
    for line in lines:
        yield f"- {escape(line)}"
