"""Runs a benchmark on several targets side by side, with progress on standard error."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from edgebert.bench.benchmark import Benchmark, Outcome
from edgebert.bench.channel import Channel
from edgebert.bench.fleet import ALL_AT_ONCE, Fleet, try_again
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
class Attempt:
    """What came of one target: an outcome, or the error that ended the last of its tries."""

    target: str
    result: Outcome | EdgebertError
    tries: int


@dataclass(frozen=True)
class Report:
    """What came of each target."""

    bundle: Bundle
    attempts: list[Attempt]

    @property
    def outcomes(self) -> list[Outcome]:
        """Those that could be measured."""
        return [a.result for a in self.attempts if isinstance(a.result, Outcome)]

    @property
    def errors(self) -> list[EdgebertError]:
        """What ended the others."""
        return [a.result for a in self.attempts if isinstance(a.result, EdgebertError)]


def run_benchmark(
    bundle: Bundle,
    targets: list[Target],
    selection: Selection,
    repeats: int,
    method: Method,
    output: Path,
    setup: Setup,
    heat: Heat | None = None,
    fleet: Fleet = ALL_AT_ONCE,
) -> Report:
    """Measure a bundle on targets side by side; one that fails leaves the others alone.

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
    stopped = threading.Event()
    concurrent = min(fleet.concurrent or len(targets), len(targets))
    with make_bars(stderr_console()) as bars, ThreadPoolExecutor(concurrent) as pool:
        jobs = [
            pool.submit(_measure, benchmark, target, channel, setup, bars, fleet, stopped)
            for target, channel in zip(targets, channels, strict=True)
        ]
        try:
            wait(jobs)
        except KeyboardInterrupt:
            stopped.set()
            for job in jobs:
                job.cancel()  # those that have not begun
            for channel in channels:
                channel.stop()
            raise
    return Report(bundle, [job.result() for job in jobs])


def _measure(
    benchmark: Benchmark,
    target: Target,
    channel: Channel,
    setup: Setup,
    bars: Progress,
    fleet: Fleet,
    stopped: threading.Event,
) -> Attempt:
    progress = add_bar(bars, target.name)

    def say(line: str) -> None:
        bars.console.print(printable(f"{target.name}: {line}"), markup=False, soft_wrap=True)

    def work() -> Outcome:
        return visit(benchmark, target, channel, setup, progress=progress, say=say)

    result, tries = try_again(work, fleet, stopped, say)
    return Attempt(target.name, result, tries)
