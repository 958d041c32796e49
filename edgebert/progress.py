"""How long work tells what it is doing."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with a phase ("calibrating"), how much of it is done and how much there is; 0 of 0 where
the length of the phase is unknown."""


def silent(phase: str, done: int, total: int) -> None:
    """Report nothing."""
