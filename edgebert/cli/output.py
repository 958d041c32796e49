"""Where the verbs print: tables for people, one JSON document for programs."""

import json
import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from edgebert.printable import printable

WIDTH_OF_FILES = 1000


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """Print one JSON document; all in ASCII, so that no terminal or locale gets in its way.

    Args:
        value: builtins, dataclasses or msgspec structs; a number that is not finite becomes null.
        indent: spaces a level, or None for one line.

    """
    sys.stdout.write(json_text(value, indent=indent))


def json_text(value: Any, *, indent: int | None = 2) -> str:
    """Return what `print_json` prints."""
    plain = _without_non_finite(msgspec.to_builtins(value))
    return json.dumps(plain, indent=indent, allow_nan=False) + "\n"


def print_line(text: str, style: str = "") -> None:
    """Print a line for people, as it is: no markup, no wrapping, control characters escaped."""
    stdout_console().print(Text(printable(text), style), soft_wrap=True)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None
) -> None:
    """Print a table for people, and an empty line below it.

    Args:
        columns: their names; those that begin with ">" are numbers and align right. If all are
            empty, the table has no head.
        rows: cells, as they are: control characters are escaped, markup means nothing.
        title: stands above it.

    """
    table = Table(
        title=None if title is None else Text(printable(title)),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        show_header=any(columns),
    )
    for column in columns:
        name = column.removeprefix(">")
        side: Literal["left", "right"] = "left" if name == column else "right"
        table.add_column(Text(name), justify=side, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console = stdout_console()
    console.print(table)
    console.print()


def stdout_console() -> Console:
    """Make a console on standard output; a file or a pipe gets lines as long as they need be."""
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH_OF_FILES
    return console


def stderr_console() -> Console:
    """Make a console on standard error, for progress."""
    return Console(stderr=True)


def _without_non_finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _without_non_finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_non_finite(item) for item in value]
    return value
