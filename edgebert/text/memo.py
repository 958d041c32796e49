"""A dictionary that computes what it lacks and stays small."""

from collections.abc import Callable
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memo(dict[Key, Value]):
    """Remembers the values of a pure function of one argument; a hit costs one dict lookup.

    When `capacity` entries are there, all are dropped and collecting starts anew: words of a text
    repeat so much that a finer policy gains nothing.
    """

    def __init__(self, compute: Callable[[Key], Value], capacity: int) -> None:
        super().__init__()
        self._compute = compute
        self._capacity = capacity

    def __missing__(self, key: Key) -> Value:
        """Compute, remember and return the value of a key not seen yet."""
        value = self._compute(key)
        if len(self) >= self._capacity:
            self.clear()
        self[key] = value
        return value
