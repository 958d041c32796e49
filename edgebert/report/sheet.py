"""A report as CSV (RFC 4180): one row a variant, all figures in full."""

import csv
import io

from edgebert.printable import printable
from edgebert.report.report import Report, Row, Section

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 (full width)
"""What a spreadsheet takes for the beginning of a formula."""

COLUMNS = (
    "section",
    "target",
    "cpu",
    "system",
    "bundle",
    "model",
    "engine",
    "engine_version",
    "edgebert",
    "mode",
    "bucket",
    "threads",
    "repeats",
    "n",
    "minimum_ms",
    "median_ms",
    "median_low_ms",
    "median_high_ms",
    "mean_ms",
    "p90_ms",
    "p95_ms",
    "p99_ms",
    "deviation_ms",
    "mad_ms",
    "app_median_ms",
    "app_p95_ms",
    "load_ms",
    "first_ms",
    "peak_rss_bytes",
    "peak_pss_bytes",
    "of_fp32",
    "of_fp32_low",
    "of_fp32_high",
    "file",
    "file_bytes",
    "metric",
    "metric_value",
    "metric_points_below_fp32",
    "chosen",
)

Cell = str | int | float | None


def write_sheet(report: Report) -> str:
    """Write a report as CSV; a figure that is not known is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for section in report.sections:
        for row in section.rows:
            writer.writerow(_inert(cell) for cell in _cells(section, row))
    return text.getvalue()


def _inert(cell: Cell) -> Cell:
    """Keep a text from being run as a formula: an apostrophe marks it as text."""
    if not isinstance(cell, str):
        return cell
    safe = printable(cell)
    return f"'{safe}" if safe.lstrip(" ").startswith(FORMULA) else safe


def _cells(section: Section, row: Row) -> tuple[Cell, ...]:
    origin, result, facts, loss = section.origin, row.result, row.facts, row.loss
    variant, model, ratio = result.variant, result.model, result.of_fp32
    return (
        section.number,
        origin.target,
        origin.machine.cpu.model,
        origin.machine.system,
        origin.bundle,
        section.model,
        variant.engine,
        section.engines[variant.engine],
        origin.edgebert,
        variant.mode,
        variant.bucket,
        variant.threads,
        result.repeats,
        model.n,
        model.minimum,
        model.median,
        model.low,
        model.high,
        model.mean,
        model.p90,
        model.p95,
        model.p99,
        model.deviation,
        model.mad,
        result.app.median,
        result.app.p95,
        result.load.median,
        result.first.median,
        result.peak_rss,
        result.peak_pss,
        ratio.median if ratio else None,
        ratio.low if ratio else None,
        ratio.high if ratio else None,
        facts.path if facts else None,
        facts.size if facts else None,
        loss.metric if loss else None,
        loss.value if loss else None,
        loss.points if loss else None,
        "yes" if _is_chosen(section, row) else "no",
    )


def _is_chosen(section: Section, row: Row) -> bool:
    chosen, variant = section.choice.chosen, row.result.variant
    return chosen is not None and (chosen.engine, chosen.mode, chosen.threads) == (
        variant.engine,
        variant.mode,
        variant.threads,
    )
