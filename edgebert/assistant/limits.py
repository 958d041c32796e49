"""Runs what others wrote: it may raise, and it may never come back."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

Result = TypeVar("Result")
_Job = tuple[Callable[[], Any], "SimpleQueue[tuple[Any, BaseException | None]]"]


class TookTooLongError(Exception):
    """A function did not return within its time."""


class Worker:
    """A thread that runs one function after the other, and is left behind if one takes too long.

    Python cannot end a thread. One that is left behind goes on without anybody listening, and ends
    with its function or the process; only code that never lets go of Python's lock keeps the caller
    waiting too. It is one thread for all turns because starting one costs more than most handlers.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._jobs: SimpleQueue[_Job | None] | None = None

    def run(self, function: Callable[[], Result], seconds: float) -> Result:
        """Run a function and wait for it so long.

        Raises:
            TookTooLongError: it did not return in time.
            BaseException: whatever it raised.

        """
        if self._jobs is None:
            self._jobs = SimpleQueue()
            threading.Thread(
                target=_work, args=(self._jobs,), daemon=True, name="edgebert-handler"
            ).start()
        results: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        self._jobs.put((function, results))
        try:
            value, error = results.get(timeout=seconds)
        except Empty:
            self.stop()
            raise TookTooLongError(f"no answer within {seconds:g} s") from None
        except BaseException:  # ^C while it waits
            self.stop()
            raise
        if error is not None:
            raise error
        result: Result = value
        return result

    def stop(self) -> None:
        """Let the thread end when its function does; the next run has another one."""
        if self._jobs is not None:
            self._jobs.put(None)
            self._jobs = None


def _work(jobs: "SimpleQueue[_Job | None]") -> None:
    while (job := jobs.get()) is not None:
        function, results = job
        try:
            results.put((function(), None))
        except BaseException as error:  # SystemExit too: a handler cannot end the assistant
            results.put((None, error))
        del job, function, results  # nothing of a turn is kept until the next one
