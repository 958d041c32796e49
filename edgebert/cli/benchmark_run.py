"""Runs a benchmark on several targets side by side, with progress on standard error."""

import secrets
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from edgebert.bench.benchmark import Benchmark, Outcome
from edgebert.bench.channel import Channel
from edgebert.bench.protocol import Heat, Method
from edgebert.bench.records import RecordFile
from edgebert.bench.samples import make_samples
from edgebert.bench.selection import Selection
from edgebert.bench.targets import Target
from edgebert.bench.visit import Setup, visit
from edgebert.bundle import Bundle
from edgebert.cli.output import stderr_console
from edgebert.cli.progress import add_bar, make_bars
from edgebert.errors import EdgebertError
from edgebert.printable import printable


@dataclass(frozen=True)
class Report:
    """What came of each target: an outcome, or the error that ended it."""

    bundle: Bundle
    outcomes: list[Outcome]
    errors: list[EdgebertError]


def run_benchmark(
    bundle: Bundle,
    targets: list[Target],
    selection: Selection,
    repeats: int,
    method: Method,
    output: Path,
    setup: Setup,
    heat: Heat | None = None,
) -> Report:
    """Measure a bundle on targets, all at once; one that fails leaves the others alone.

    Raises:
        EdgebertError: the bundle has no such variants, or the output holds something else.
        KeyboardInterrupt: after the workers have ended and the devices are clean.

    """
    selection.check(bundle)
    samples = make_samples(bundle, selection.all_buckets(bundle))
    file = RecordFile(output)
    run = secrets.token_hex(6)
    benchmark = Benchmark(run, bundle, selection, samples, repeats, method, file, heat)
    channels = [Channel(target) for target in targets]
    with make_bars(stderr_console()) as bars, ThreadPoolExecutor(len(targets)) as pool:
        jobs = [
            pool.submit(_measure, benchmark, target, channel, setup, bars)
            for target, channel in zip(targets, channels, strict=True)
        ]
        try:
            wait(jobs)
        except KeyboardInterrupt:
            for channel in channels:
                channel.stop()
            raise
    return _report(bundle, jobs)


def _measure(
    benchmark: Benchmark, target: Target, channel: Channel, setup: Setup, bars: Progress
) -> Outcome:
    progress = add_bar(bars, target.name)

    def say(line: str) -> None:
        bars.console.print(printable(f"{target.name}: {line}"), markup=False, soft_wrap=True)

    return visit(benchmark, target, channel, setup, progress=progress, say=say)


def _report(bundle: Bundle, jobs: list[Future[Outcome]]) -> Report:
    outcomes, errors = [], []
    for job in jobs:
        try:
            outcomes.append(job.result())
        except EdgebertError as error:
            errors.append(error)
    return Report(bundle, outcomes, errors)
