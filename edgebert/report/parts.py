"""Parts of a page: tables, lists and legends."""

from collections.abc import Iterable, Sequence

from edgebert.printable import printable
from edgebert.report.markup import Element, tag


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> Element:
    """Make a table that scrolls within the page where it is too wide.

    Args:
        columns: names; those that begin with ">" hold numbers and align right.
        rows: cells.
        name: what it is, for those who cannot see it.
    """
    sides = ["number" if column.startswith(">") else None for column in columns]
    head = tag(
        "tr",
        *(
            tag("th", column.removeprefix(">"), scope="col", class_=side)
            for column, side in zip(columns, sides, strict=True)
        ),
    )
    body = (
        tag("tr", *(tag("td", cell, class_=s) for cell, s in zip(row, sides, strict=True)))
        for row in rows
    )
    return tag(
        "div",
        tag("table", tag("thead", head), tag("tbody", *body)),
        class_="wide",
        tabindex=0,
        role="region",
        aria_label=name,
    )


def bullets(lines: Iterable[str]) -> Element:
    """Make a list of lines."""
    return tag("ul", *(tag("li", line) for line in lines))


def verbatim(text: str) -> Element:
    """Make a block that keeps its lines; a click marks it whole."""
    element = tag("pre")
    element.text = "\n".join(printable(line) for line in text.split("\n"))
    return element


def mode_legend(
    bar: str | None = None, interval: str | None = None, mark: str | None = None
) -> Element:
    """Explain the colours of the modes, and what bar, line and diamond stand for."""
    legend = tag("ul", class_="legend")
    for mode in ("fp32", "dynamic", "static"):
        box = tag("rect", x=0, y=1, width=24, height=12, class_=mode)
        legend.append(_entry(box, mode))
    if bar is not None:
        legend.append(tag("li", f"Bar: {bar}"))
    if interval is not None:
        line = tag("path", d="M2 3v8M2 7H22m0 -4v8", class_="interval")
        legend.append(_entry(line, interval))
    if mark is not None:
        diamond = tag("path", d="M12 2l5 5l-5 5l-5 -5z", class_="mark")
        legend.append(_entry(diamond, mark))
    return legend


def line_legend(names: Sequence[str]) -> Element:
    """Name the lines of a plot."""
    lines = (
        _entry(tag("path", d="M0 7H24", class_=f"line line{number}"), name)
        for number, name in enumerate(names, start=1)
    )
    return tag("ul", *lines, class_="legend")


def _entry(shape: Element, text: str) -> Element:
    return tag("li", tag("svg", shape, viewBox="0 0 24 14", aria_hidden="true"), text)
