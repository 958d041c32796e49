"""A plot of rows of bars, grouped under headings: modes side by side, by engine."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgebert.report.axis import Axis, axis
from edgebert.report.markup import Element, tag

WIDTH = 320.0  # units; as wide as a small phone's screen leaves room for
LEFT, RIGHT = 62.0, 268.0  # of the bars
HEADING, ROW, FOOT = 20.0, 19.0, 34.0  # heights
THICK = 11.0


@dataclass(frozen=True)
class Bar:
    """One row.

    Attributes:
        label: its name; also the class that colours it: fp32, dynamic or static.
        value: length of the bar.
        text: the value for people.
        interval: the value's uncertainty, drawn as a line over the end, or None.
        mark: another value, drawn as a diamond, or None.
        hint: what a pointer over the row shows.
    """

    label: str
    value: float
    text: str
    interval: tuple[float, float] | None
    mark: float | None
    hint: str


def draw_bars(
    groups: Sequence[tuple[str, Sequence[Bar]]],
    *,
    unit: str,
    highest: float,
    title: str,
    description: str,
    name: str,
) -> Element:
    """Draw groups of bars from 0 on a linear axis.

    Args:
        groups: (heading, bars), from above.
        unit: of the axis.
        highest: largest value that the axis has to show.
        title: names the plot to those who cannot see it.
        description: what it shows, for the same.
        name: unique in the page.
    """
    scale = axis(0.0, highest, LEFT, RIGHT)
    height = sum(HEADING + ROW * len(bars) for _, bars in groups)
    svg = tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", description, id=f"{name}-desc"),
        viewBox=f"0 0 {WIDTH:g} {height + FOOT:g}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_="plot",
    )
    _draw_grid(svg, scale, height, unit)
    top = 0.0
    for heading, bars in groups:
        svg.append(tag("text", heading, x=0, y=top + 15, class_="heading"))
        top += HEADING
        for bar in bars:
            svg.append(_draw_row(bar, scale, top + ROW / 2))
            top += ROW
    return svg


def _draw_grid(svg: Element, scale: Axis, height: float, unit: str) -> None:
    for place, label in scale.ticks():
        svg.append(tag("line", x1=place, x2=place, y1=HEADING - 2, y2=height + 4, class_="grid"))
        svg.append(tag("text", label, x=place, y=height + 17, class_="tick middle"))
    svg.append(tag("text", unit, x=(LEFT + RIGHT) / 2, y=height + 31, class_="tick middle"))


def _draw_row(bar: Bar, scale: Axis, middle: float) -> Element:
    row = tag(
        "g",
        tag("title", bar.hint),
        tag("text", bar.label, x=LEFT - 6, y=middle + 4, class_="end"),
        tag(
            "rect",
            x=LEFT,
            y=middle - THICK / 2,
            width=max(scale.place(bar.value) - LEFT, 1.0),
            height=THICK,
            class_=f"bar {bar.label}",
        ),
        tag("text", bar.text, x=WIDTH, y=middle + 4, class_="end value"),
    )
    if bar.interval is not None:
        low, high = map(scale.place, bar.interval)
        path = f"M{low:.1f} {middle - 4:g}v8M{low:.1f} {middle:g}H{high:.1f}m0 -4v8"
        row.append(tag("path", d=path, class_="halo"))
        row.append(tag("path", d=path, class_="interval"))
    if bar.mark is not None:
        place = scale.place(bar.mark)
        row.append(
            tag(
                "path",
                d=f"M{place:.1f} {middle - 4.5:g}l4.5 4.5l-4.5 4.5l-4.5 -4.5z",
                class_="mark",
            )
        )
    return row
