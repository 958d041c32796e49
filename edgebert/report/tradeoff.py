"""Size against latency against accuracy: one bubble an artifact, by number."""

import math
from dataclasses import dataclass

from edgebert.report.axis import axis
from edgebert.report.markup import Element, tag
from edgebert.report.report import Row, Section
from edgebert.report.wording import figure_of, megabytes, metric_name, milliseconds, threads_of

WIDTH, HEIGHT = 320.0, 230.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 300.0, 26.0, 180.0
LARGEST, SMALLEST = 15.0, 5.0  # radii
LABEL = 13.0  # a number needs a square of this side

# Where a number goes: on its bubble, or the nearest place beside it that is free.
_PLACES = sorted(
    ((x * LABEL, y * LABEL) for x in range(-4, 5) for y in range(-4, 5)),
    key=lambda place: (math.hypot(*place), place),
)


@dataclass(frozen=True)
class Point:
    """An artifact with the thread count that it is fastest with.

    Attributes:
        number: from 1, the fastest first.
        rows: one a bucket.
        score: geometric mean of their medians, in milliseconds.
        figure: the accuracy, or in its place the agreement with fp32, 0 to 1; None if unknown.
    """

    number: int
    rows: tuple[Row, ...]
    score: float
    figure: float | None

    @property
    def row(self) -> Row:
        """Any of the rows: engine, mode, threads and facts are those of all."""
        return self.rows[0]

    @property
    def size(self) -> int | None:
        """Bytes of the file, where they are known."""
        return None if self.row.facts is None else self.row.facts.size

    @property
    def name(self) -> str:
        """Engine and mode."""
        return f"{self.row.result.variant.engine} {self.row.result.variant.mode}"


def points_of(section: Section) -> list[Point]:
    """Return the artifacts that were measured at every length, each at its best thread count."""
    buckets = {row.result.variant.bucket for row in section.rows}
    together: dict[tuple[str, str, int | None], list[Row]] = {}
    for row in section.rows:
        variant = row.result.variant
        together.setdefault((variant.engine, variant.mode, variant.threads), []).append(row)
    best: dict[tuple[str, str], tuple[float, list[Row]]] = {}
    for (engine, mode, _), rows in together.items():
        if len(rows) < len(buckets):
            continue
        score = math.exp(sum(math.log(row.result.model.median) for row in rows) / len(rows))
        if (engine, mode) not in best or score < best[engine, mode][0]:
            best[engine, mode] = score, rows
    metric = next((row.loss.metric for row in section.rows if row.loss is not None), None)
    return [
        Point(number, tuple(rows), score, _figure(rows[0], metric))
        for number, (score, rows) in enumerate(sorted(best.values(), key=lambda b: b[0]), start=1)
    ]


def cells_of(point: Point) -> tuple[str, ...]:
    """Return number, artifact, milliseconds, megabytes, figure and threads."""
    row, threads = point.row, point.row.result.variant.threads
    if row.loss is not None:
        figure = f"{row.loss.value:.4f}"
    else:
        figure = "reference" if row.result.variant.mode == "fp32" else "not known"
    return (
        str(point.number),
        point.name,
        milliseconds(point.score),
        megabytes(point.size) or "not known",
        figure,
        "its own" if threads is None else str(threads),
    )


def describe(point: Point) -> str:
    """Describe an artifact in words: what it is, its time, its size and what it loses."""
    size = "" if point.size is None else f", {megabytes(point.size)} MB"
    figure = figure_of(point.row.loss)
    return (
        f"{point.name} with {threads_of(point.row.result.variant)} "
        f"{milliseconds(point.score)} ms{size}{', ' if figure else ''}{figure}"
    )


def draw_tradeoff(section: Section, points: list[Point]) -> Element | None:
    """Draw accuracy over latency with bubbles by size; size over latency if nothing else is known.

    Returns:
        The plot, or None where fewer than two artifacts have something to show beside latency.
    """
    judged = [point for point in points if point.figure is not None]
    shown = judged or [point for point in points if point.size is not None]
    if len(shown) < 2:
        return None
    metric = next((row.loss.metric for row in section.rows if row.loss is not None), "")
    label = metric_name(metric) if judged else "size, MB"
    heights = [_height(point, bool(judged)) for point in shown]
    across = axis(0.0, max(point.score for point in shown), LEFT, RIGHT)
    up = axis(min(heights), max(heights), BOTTOM, TOP)
    name = f"s{section.number}-tradeoff"
    svg = tag(
        "svg",
        tag("title", f"Size, latency and {label}", id=f"{name}-title"),
        tag("desc", "; ".join(map(describe, shown)), id=f"{name}-desc"),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_="plot",
    )
    for place, text in across.ticks():
        svg.append(tag("line", x1=place, x2=place, y1=TOP - 8, y2=BOTTOM + 14, class_="grid"))
        svg.append(tag("text", text, x=place, y=BOTTOM + 28, class_="tick middle"))
    for place, text in up.ticks():
        svg.append(tag("line", x1=LEFT - 4, x2=RIGHT, y1=place, y2=place, class_="grid"))
        svg.append(tag("text", text, x=LEFT - 8, y=place + 4, class_="tick end"))
    svg.append(tag("text", label, x=0, y=11, class_="tick"))
    svg.append(
        tag("text", "milliseconds", x=(LEFT + RIGHT) / 2, y=BOTTOM + 44, class_="tick middle")
    )
    centres = [
        (across.place(point.score), up.place(height))
        for point, height in zip(shown, heights, strict=True)
    ]
    largest = max((point.size or 0 for point in shown), default=0)
    for point, centre in zip(shown, centres, strict=True):
        svg.append(_bubble(point, centre, largest))
    _number(svg, shown, centres)
    return svg


def _figure(row: Row, metric: str | None) -> float | None:
    """Return the figure by which artifacts are compared; fp32 agrees with itself."""
    if row.loss is not None:
        return row.loss.value if row.loss.metric == metric else None
    if row.result.variant.mode != "fp32" or metric is None:
        return None
    if metric == "agreement":
        return 1.0
    figures = row.facts.accuracy.figures if row.facts and row.facts.accuracy else ()
    return next((figure.value for figure in figures if figure.metric == metric), None)


def _height(point: Point, judged: bool) -> float:
    return (point.figure or 0.0) if judged else (point.size or 0) / 1e6


def _bubble(point: Point, centre: tuple[float, float], largest: int) -> Element:
    """Draw a circle whose area stands for the size of the file."""
    share = math.sqrt((point.size or 0) / largest) if largest else 0.0
    return tag(
        "circle",
        tag("title", describe(point)),
        cx=centre[0],
        cy=centre[1],
        r=max(LARGEST * share, SMALLEST),
        class_=f"bubble {point.row.result.variant.mode}",
    )


def _number(svg: Element, points: list[Point], centres: list[tuple[float, float]]) -> None:
    taken: list[tuple[float, float]] = []
    for point, (x, y) in zip(points, centres, strict=True):
        free = (
            (x + dx, y + dy)
            for dx, dy in _PLACES
            if LABEL / 2 < x + dx < WIDTH - LABEL / 2
            and LABEL < y + dy < BOTTOM + 12
            and all(max(abs(x + dx - a), abs(y + dy - b)) >= LABEL for a, b in taken)
        )
        place = next(free, (x, y))
        taken.append(place)
        if place != (x, y):
            svg.append(tag("line", x1=x, y1=y, x2=place[0], y2=place[1], class_="leader"))
        svg.append(
            tag("text", str(point.number), x=place[0], y=place[1] + 4, class_="middle value label")
        )
