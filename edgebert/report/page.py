"""A report as one page of HTML: no script, no network, plots as SVG within."""

from collections.abc import Iterable, Sequence

from edgebert.report import parts
from edgebert.report.markdown import table_lines
from edgebert.report.markup import Element, tag, write_html
from edgebert.report.plots import draw_latency, draw_memory
from edgebert.report.report import Report, Section
from edgebert.report.style import style_sheet
from edgebert.report.table import COLUMNS, CONDITION_COLUMNS, EXPLANATION, condition_cells
from edgebert.report.table import cells_of as table_cells
from edgebert.report.temperature import SENSORS, draw_temperature, readings_of
from edgebert.report.tradeoff import cells_of, draw_tradeoff, points_of
from edgebert.report.wording import (
    accuracy_line,
    describe_device,
    method_of,
    overview_of,
    reasons_of,
    sentence_of,
    title_of,
)

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What the page may load: nothing. It holds even if something in it should ask for more."""

TRADEOFF_COLUMNS = (">no.", "artifact", ">ms", ">file MB", "accuracy", ">threads")


def write_page(report: Report) -> str:
    """Write a report as HTML."""
    title = "Benchmark: which artifact to ship"
    body = tag("body", tag("h1", title), *_summary(report))
    for section in report.sections:
        body.append(_section(section))
    style = tag("style")
    style.text = style_sheet()  # ours, with line ends; nothing from records is in it
    root = tag(
        "html",
        tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", title),
            style,
        ),
        body,
        lang="en",
    )
    return write_html(root)


def _summary(report: Report) -> Iterable[Element]:
    for section in report.sections:
        yield tag("p", sentence_of(section), class_="ship")
    if len(report.sections) > 1:
        columns, rows = overview_of(report)
        yield tag("h3", "By device")
        yield parts.table(columns, rows, "What to ship, by device")
    yield tag("p", report.rule, class_="quiet")
    if report.notes:
        yield parts.bullets(report.notes)


def _section(section: Section) -> Element:
    block = tag("section", tag("h2", title_of(section)), _facts(section))
    if section.apart is not None:
        block.append(tag("p", section.apart))
    if section.notes:
        block.append(parts.bullets(section.notes))
    left_out = reasons_of(section.choice)
    if left_out:
        block.append(tag("h3", "Not in the choice"))
        block.append(parts.bullets(left_out))
    if section.rows:
        for element in (*_latency(section), *_tradeoff(section), *_memory(section)):
            block.append(element)
    for element in (*_conditions(section), *_table(section)):
        block.append(element)
    return block


def _facts(section: Section) -> Element:
    origin = section.origin
    engines = ", ".join(f"{name} {version}" for name, version in section.engines.items())
    pairs = (
        ("Device", describe_device(origin.target, origin.machine)),
        ("Bundle", origin.bundle),
        ("Task", section.task or "not known"),
        ("Engines", f"{engines}; edgebert {origin.edgebert}, Python {origin.machine.python}"),
        ("Method", method_of(origin)),
        ("Runs", ", ".join(dict.fromkeys(repeat.run for repeat in section.repeats)) or "none"),
    )
    return tag("dl", *(part for name, text in pairs for part in (tag("dt", name), tag("dd", text))))


def _latency(section: Section) -> Iterable[Element]:
    yield tag("h3", "Latency by length and thread count")
    yield parts.mode_legend("median", "its 95 % interval", "95th percentile")
    for plots in draw_latency(section):
        yield _plots(plots)


def _tradeoff(section: Section) -> Iterable[Element]:
    points = points_of(section)
    yield tag("h3", "Size, latency and accuracy")
    yield tag("p", accuracy_line(section))
    plot = draw_tradeoff(section, points)
    if plot is not None:
        yield tag(
            "p",
            "Each artifact with the thread count it is fastest with; milliseconds are the "
            "geometric mean of its medians over all lengths, a circle's area is the size of the "
            "file.",
            class_="quiet",
        )
        yield parts.mode_legend()
        yield _plots([("", plot)])
    yield parts.table(TRADEOFF_COLUMNS, map(cells_of, points), "Size, latency and accuracy")


def _memory(section: Section) -> Iterable[Element]:
    yield tag("h3", "Memory")
    plot = draw_memory(section)
    if plot is None:
        yield tag("p", "Not measured: the device does not tell, or the benchmark was stopped.")
        return
    yield tag(
        "p",
        "The most memory of a process that runs one artifact, Python and the runtime included; the "
        "highest over all lengths and thread counts.",
        class_="quiet",
    )
    yield parts.mode_legend("resident (RSS)", None, "shared pages divided (PSS)")
    yield _plots([("", plot)])


def _conditions(section: Section) -> Iterable[Element]:
    yield tag("h3", "Temperature and the state of the device")
    drawn = draw_temperature(section)
    if drawn is None:
        yield tag("p", "The device told no temperature.")
    else:
        plot, sensors = drawn
        others = len(readings_of(section)) - len(sensors)
        if others:
            more = "one more was" if others == 1 else f"{others} more were"
            yield tag("p", f"The {SENSORS} hottest sensors; {more} cooler.", class_="quiet")
        yield parts.line_legend(sensors)
        yield _plots([("", plot)])
    if section.repeats:
        yield parts.table(CONDITION_COLUMNS, condition_cells(section), "State of the device")


def _table(section: Section) -> Iterable[Element]:
    if not section.rows:
        return
    rows = [table_cells(row) for row in section.rows]
    yield tag("h3", "All figures")
    yield parts.table(COLUMNS, rows, "All figures")
    yield tag("p", EXPLANATION, class_="quiet")
    text = "\n".join(table_lines(COLUMNS, rows))
    yield tag("details", tag("summary", "The same as Markdown, to copy"), parts.verbatim(text))


def _plots(plots: Iterable[tuple[str, Element]]) -> Element:
    figures: Sequence[Element] = [
        tag("figure", tag("figcaption", caption) if caption else None, plot)
        for caption, plot in plots
    ]
    return tag("div", *figures, class_="plots")
