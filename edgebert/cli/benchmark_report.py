"""What `edgebert benchmark` prints in the end, and how it exits."""

from pathlib import Path
from typing import Any

from edgebert.bench.benchmark import Outcome
from edgebert.bench.protocol import Failure
from edgebert.bench.results import Result
from edgebert.cli.benchmark_run import Report
from edgebert.cli.output import print_json, print_line, print_table
from edgebert.errors import CheckFailedError, EdgebertError

COLUMNS = (
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


def finish(report: Report, output: Path, as_json: bool) -> None:
    """Print the results of all targets, then raise what went wrong.

    Raises:
        EdgebertError: a target could not be measured.
        CheckFailedError: an artifact failed its self-test.

    """
    if as_json:
        print_json(_document(report, output))
    else:
        for outcome in report.outcomes:
            _print_outcome(report, outcome)
        if any(outcome.results for outcome in report.outcomes):
            print_line(
                "Median, its 95 % bootstrap interval and the 95th percentile of one inference; app "
                "is the median from text to answer; peak MB is the whole process, Python and the "
                "runtime included; of fp32 is the median ratio of the model's times, pair by pair."
            )
            print_line(f"Raw times: {output}")
    if report.errors:
        raise EdgebertError("; ".join(str(error) for error in report.errors))
    failures = [f for outcome in report.outcomes for f in outcome.failures]
    if failures:
        raise CheckFailedError("; ".join(describe(failure) for failure in failures))


def describe(failure: Failure) -> str:
    """Say in one line what was not measured, and why."""
    threads = "" if failure.threads is None else f" with {failure.threads} threads"
    return (
        f"{failure.origin.target}: {failure.engine} {failure.mode}{threads} was not timed, its "
        f"self-test failed: {failure.reason}"
    )


def _print_outcome(report: Report, outcome: Outcome) -> None:
    cpu = outcome.survey.machine.cpu
    board = f"{cpu.board}, " if cpu.board else ""
    has = [name for name, there in cpu.features.items() if there]
    print_line(
        f"{outcome.target}: {board}{cpu.model}, {cpu.threads} threads to use, "
        f"{' '.join(has) or 'no int8 instructions known'}, {outcome.survey.machine.system}",
        style="bold",
    )
    if outcome.results:
        first = outcome.results[0]
        print_table(
            COLUMNS,
            (_row(result) for result in outcome.results),
            title=f"{report.bundle.root.name}: {first.model.n} inferences in "
            f"{first.repeats} processes each",
        )


def _row(result: Result) -> tuple[str, ...]:
    variant, model = result.variant, result.model
    return (
        variant.engine,
        "its own" if variant.threads is None else str(variant.threads),
        str(variant.bucket),
        variant.mode,
        _ms(model.median),
        f"{_ms(model.low)} - {_ms(model.high)}",
        _ms(model.p95),
        _ms(result.app.median),
        _ms(result.load.median),
        _ms(result.first.median),
        "" if result.peak_rss is None else f"{result.peak_rss / 1e6:.0f}",
        "" if result.of_fp32 is None else f"{result.of_fp32.median:.2f}",
    )


def _ms(value: float) -> str:
    """Show three digits of a time, as many as repeats agree on at best."""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:.{decimals}f}"


def _document(report: Report, output: Path) -> dict[str, Any]:
    return {
        "bundle": str(report.bundle.root),
        "output": str(output),
        "targets": [
            {
                "target": outcome.target,
                "machine": outcome.survey.machine,
                "edgebert": outcome.survey.edgebert,
                "engines": outcome.survey.engines,
                "already": outcome.already,
                "results": outcome.results,
                "failures": [describe(failure) for failure in outcome.failures],
            }
            for outcome in report.outcomes
        ],
        "errors": [str(error) for error in report.errors],
    }
