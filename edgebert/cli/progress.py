"""Progress on standard error: a bar on a terminal; elsewhere nothing, or a line now and then."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

from edgebert.cli.output import stderr_console
from edgebert.printable import printable
from edgebert.progress import Progress


def make_bars(console: Console) -> Bars:
    """Make the bars that every verb shows; none where the console is no terminal."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Bars(*columns, console=console, transient=True, disable=not console.is_terminal)


def add_bar(bars: Bars, name: str = "") -> Progress:
    """Add a bar; return what moves it.

    Args:
        bars: where to.
        name: stands before each phase, such as the device's where several work at once.

    """
    bar = bars.add_task(name or "starting", total=None)

    def report(phase: str, done: int, total: int) -> None:
        text = printable(f"{name}: {phase}" if name else phase)
        bars.update(bar, description=text, completed=done, total=total or None)

    return report


@contextmanager
def shown_progress(*, lines: int = 0) -> Iterator[Progress]:
    """Show one bar, on which phase follows phase.

    Args:
        lines: without a terminal, print each phase's name, and so many lines for its steps.

    """
    console = stderr_console()
    with make_bars(console) as bars:
        bar = add_bar(bars)

        def report(phase: str, done: int, total: int) -> None:
            bar(phase, done, total)
            if console.is_terminal or lines == 0:
                return
            if total == 0:
                console.print(phase, highlight=False, markup=False)
            elif done * lines // total != (done - 1) * lines // total:
                console.print(f"{phase}: step {done} of {total}", highlight=False, markup=False)

        yield report
