"""From the first connection to a target to the last: install, measure, tidy up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edgebert.bench.benchmark import Benchmark, Outcome, Say
from edgebert.bench.channel import Channel
from edgebert.bench.targets.target import Target
from edgebert.bench.targets.wheels import EXTRAS
from edgebert.engines import ENGINES
from edgebert.errors import EdgebertError
from edgebert.progress import Progress


@dataclass(frozen=True)
class Setup:
    """What is put on a device before, and removed after; `wheel` is edgebert's own."""

    install: bool = False
    clean: bool = False
    wheel: Path | None = None


def visit(
    benchmark: Benchmark,
    target: Target,
    channel: Channel,
    setup: Setup,
    *,
    progress: Progress,
    say: Say,
) -> Outcome:
    """Measure on one target, and leave it as it was; see `Benchmark.measure`.

    Raises:
        EdgebertError: it could not be measured, or not be tidied up; one line for both.

    """
    target.connect()
    with _then(target.uninstall if setup.clean else _nothing), _then(target.close):
        if setup.install:
            progress("installing", 0, 0)
            target.install(_engines_to_install(benchmark), setup.wheel)
        return benchmark.measure(target, channel, progress=progress, say=say)


@contextmanager
def _then(tidy_up: Callable[[], None]) -> Iterator[None]:
    """Do something in the end, whatever happened; if both fail, both are told."""
    try:
        yield
    except EdgebertError as error:
        try:
            tidy_up()
        except EdgebertError as later:
            raise EdgebertError(f"{error}; {later}") from error
        raise
    except BaseException:
        tidy_up()
        raise
    tidy_up()


def _nothing() -> None:
    """Tidy nothing up."""


def _engines_to_install(benchmark: Benchmark) -> tuple[str, ...]:
    """Return the engines asked for, or all that fit the bundle and can be installed."""
    backends = {artifact.backend for artifact in benchmark.bundle.manifest.artifacts}
    fitting = tuple(name for name in EXTRAS if ENGINES[name].backend in backends)
    return benchmark.selection.engines or fitting
