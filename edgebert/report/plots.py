"""The bar plots of a section: latency by bucket and threads, and memory."""

from collections.abc import Iterable, Iterator

from edgebert.bench.protocol import Variant
from edgebert.report.bars import Bar, draw_bars
from edgebert.report.markup import Element
from edgebert.report.report import Row, Section
from edgebert.report.wording import milliseconds, threads_of

Captioned = tuple[str, Element]


def draw_latency(section: Section) -> Iterator[list[Captioned]]:
    """Yield a bucket's plots, one a thread count; they share a scale."""
    for bucket in sorted({row.result.variant.bucket for row in section.rows}):
        rows = [row for row in section.rows if row.result.variant.bucket == bucket]
        highest = max(max(row.result.model.p95, row.result.model.high) for row in rows)
        counts = sorted({row.result.variant.threads for row in rows}, key=lambda n: n or 0)
        yield [
            _draw_threads(section, [r for r in rows if r.result.variant.threads == count], highest)
            for count in counts
        ]


def _draw_threads(section: Section, rows: list[Row], highest: float) -> Captioned:
    """Draw what has one bucket and one thread count."""
    variant = rows[0].result.variant
    caption = f"{variant.bucket} tokens, {threads_of(variant)}"
    return caption, draw_bars(
        [(engine, [_latency_bar(row) for row in its]) for engine, its in _by_engine(rows)],
        unit="milliseconds",
        highest=highest,
        title=f"Latency at {caption}",
        description="Median of one inference with its 95 % interval, and the 95th percentile: "
        + "; ".join(_latency_hint(row) for row in rows),
        name=f"s{section.number}-b{variant.bucket}-t{variant.threads or 0}",
    )


def draw_memory(section: Section) -> Element | None:
    """Draw the peak memory of each engine and mode, or return None where none is recorded."""
    peaks: dict[tuple[str, str], Row] = {}
    for row in section.rows:
        key = (row.result.variant.engine, row.result.variant.mode)
        if row.result.peak_rss is None:
            continue
        if key not in peaks or row.result.peak_rss > (peaks[key].result.peak_rss or 0):
            peaks[key] = row
    if not peaks:
        return None
    rows = list(peaks.values())
    highest = max(max(row.result.peak_rss or 0, row.result.peak_pss or 0) for row in rows)
    return draw_bars(
        [(engine, [_memory_bar(row) for row in its]) for engine, its in _by_engine(rows)],
        unit="megabytes",
        highest=highest / 1e6,
        title="Peak memory",
        description="The most memory of the whole process, over all lengths and thread counts: "
        + "; ".join(_memory_hint(row) for row in rows),
        name=f"s{section.number}-memory",
    )


def _by_engine(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Group rows, keeping their order."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.result.variant.engine, []).append(row)
    return list(groups.items())


def _latency_bar(row: Row) -> Bar:
    model = row.result.model
    return Bar(
        label=row.result.variant.mode,
        value=model.median,
        text=milliseconds(model.median),
        interval=(model.low, model.high),
        mark=model.p95,
        hint=_latency_hint(row),
    )


def _latency_hint(row: Row) -> str:
    model = row.result.model
    low, high, p95 = map(milliseconds, (model.low, model.high, model.p95))
    return (
        f"{_name(row.result.variant)} {milliseconds(model.median)} ms ({low} to {high}), p95 {p95}"
    )


def _memory_bar(row: Row) -> Bar:
    rss, pss = row.result.peak_rss or 0, row.result.peak_pss
    return Bar(
        label=row.result.variant.mode,
        value=rss / 1e6,
        text=f"{rss / 1e6:.0f}",
        interval=None,
        mark=None if pss is None else pss / 1e6,
        hint=_memory_hint(row),
    )


def _memory_hint(row: Row) -> str:
    rss, pss = row.result.peak_rss or 0, row.result.peak_pss
    share = "" if pss is None else f", PSS {pss / 1e6:.0f}"
    return f"{_name(row.result.variant)} {rss / 1e6:.0f} MB{share}"


def _name(variant: Variant) -> str:
    return f"{variant.engine} {variant.mode}"
