"""Runs what others wrote: it may raise, and it may never come back."""

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class TookTooLongError(Exception):
    """A function did not return within its time."""


def run_limited(function: Callable[[], Result], seconds: float) -> Result:
    """Run a function in a thread of its own, and wait for it so long.

    Python cannot end a thread. One that takes too long goes on without anybody listening, and ends
    with the process; only code that never lets go of Python's lock keeps the caller waiting too.

    Raises:
        TookTooLongError: it did not return in time.
        BaseException: whatever it raised.

    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(function())
        except BaseException as error:  # SystemExit too: a handler cannot end the assistant
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True, name="edgebert-handler")
    thread.start()
    thread.join(seconds)
    if results:
        return results[0]
    if errors:
        raise errors[0]
    raise TookTooLongError(f"no answer within {seconds:g} s")
