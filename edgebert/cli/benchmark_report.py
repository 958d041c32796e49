"""What `edgebert benchmark` prints in the end, and how it exits."""

from pathlib import Path
from typing import Any

from edgebert.bench.benchmark import Outcome
from edgebert.bench.protocol import Failure
from edgebert.cli.benchmark_run import Attempt, Report
from edgebert.cli.output import print_json, print_line, print_table
from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.report.table import EXPLANATION, RESULT_COLUMNS, result_cells
from edgebert.report.wording import describe_device


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
            print_line(EXPLANATION)
            print_line(f"Raw times: {output}")
        if len(report.attempts) > 1:
            _print_summary(report.attempts)
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
    print_line(describe_device(outcome.target, outcome.survey.machine), style="bold")
    if outcome.results:
        first = outcome.results[0]
        print_table(
            RESULT_COLUMNS,
            (result_cells(result) for result in outcome.results),
            title=f"{report.bundle.root.name}: {first.model.n} inferences in "
            f"{first.repeats} processes each",
        )


def _print_summary(attempts: list[Attempt]) -> None:
    """Print a line a device: how often it was tried, and what came of it."""
    print_line("")
    print_table(
        ("device", ">tries", ">measured", ">failed", "what ended it"),
        (
            (
                attempt.target,
                str(attempt.tries),
                *_counts(attempt.result),
                str(attempt.result) if isinstance(attempt.result, EdgebertError) else "",
            )
            for attempt in attempts
        ),
    )


def _counts(result: Outcome | EdgebertError) -> tuple[str, str]:
    if isinstance(result, EdgebertError):
        return "", ""
    return str(len(result.results)), str(len(result.failures))


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
        "tries": {attempt.target: attempt.tries for attempt in report.attempts},
    }
