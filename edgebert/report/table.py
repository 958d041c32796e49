"""The table of all figures, as pages and Markdown show it."""

from edgebert.bench.results import Result
from edgebert.report.reading import moment
from edgebert.report.report import Repeat, Row, Section
from edgebert.report.wording import megabytes, milliseconds

RESULT_COLUMNS = (
    "engine",
    ">threads",
    ">tokens",
    "mode",
    ">median ms",
    ">95 % interval",
    ">p95",
    ">app ms",
    ">load ms",
    ">first ms",
    ">peak MB",
    ">of fp32",
)
"""Names of columns; those that begin with ">" hold numbers and align right."""

COLUMNS = (*RESULT_COLUMNS, ">n", ">file MB", "accuracy")

EXPLANATION = (
    "Median, its 95 % bootstrap interval and the 95th percentile of one inference; app is the "
    "median from text to answer; load and first are medians over the processes; peak MB is the "
    "most resident memory of the whole process, the runtime included; of fp32 is the median ratio "
    "of the model's times, pair by pair."
)


def cells_of(row: Row) -> tuple[str, ...]:
    """Return a row's cells, one for each of `COLUMNS`."""
    return (
        *result_cells(row.result),
        str(row.result.model.n),
        megabytes(row.facts.size if row.facts else None),
        "" if row.loss is None else f"{row.loss.value:.4f}",
    )


def result_cells(result: Result) -> tuple[str, ...]:
    """Return what was measured, one for each of `RESULT_COLUMNS`."""
    variant, model = result.variant, result.model
    return (
        variant.engine,
        "its own" if variant.threads is None else str(variant.threads),
        str(variant.bucket),
        variant.mode,
        milliseconds(model.median),
        f"{milliseconds(model.low)} - {milliseconds(model.high)}",
        milliseconds(model.p95),
        milliseconds(result.app.median),
        milliseconds(result.load.median),
        milliseconds(result.first.median),
        "" if result.peak_rss is None else f"{result.peak_rss / 1e6:.0f}",
        "" if result.of_fp32 is None else f"{result.of_fp32.median:.2f}",
    )


def condition_cells(section: Section) -> list[tuple[str, ...]]:
    """Return a row a repeat: run, repeat, time, load, governor, clock, temperature."""
    return [
        (
            repeat.run,
            str(repeat.repeat),
            f"{moment(repeat.before.time):%Y-%m-%d %H:%M:%S}",
            _change(repeat.before.load, repeat.after.load),
            " ".join(repeat.before.governors) or "not told",
            _change(_clock(repeat.before.megahertz), _clock(repeat.after.megahertz)),
            _change(
                max(repeat.before.celsius.values(), default=None),
                max(repeat.after.celsius.values(), default=None),
            ),
            _energy(repeat) or "not told",
        )
        for repeat in section.repeats
    ]


CONDITION_COLUMNS = (
    "run",
    ">repeat",
    ">began, UTC",
    ">load",
    "governor",
    ">fastest core MHz",
    ">hottest sensor °C",
    "energy",
)


def _energy(repeat: Repeat) -> str:
    """Show what each counter went up by; one that began again at 0 in between tells nothing."""
    before, after = repeat.before.joules, repeat.after.joules
    used = {name: after[name] - value for name, value in before.items() if name in after}
    return "; ".join(f"{name} {value:.1f} J" for name, value in used.items() if value >= 0)


def _clock(megahertz: tuple[int, ...]) -> int | None:
    return max(megahertz, default=None)


def _change(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return "not told"
    return f"{before:g} to {after:g}"
