"""Redirects file descriptors: native libraries print to those, past Python's streams."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

STDOUT = 1
STDERR = 2


@contextmanager
def redirected(descriptor: int, target: BinaryIO) -> Iterator[None]:
    """Send what is written to a descriptor to a file instead, for a while.

    A descriptor that the process was started without stays as it is: nothing can be printed there.

    Args:
        descriptor: `STDOUT` or `STDERR`.
        target: an open file.
    """
    try:
        original = os.dup(descriptor)
    except OSError:
        yield
        return
    _flush()
    os.dup2(target.fileno(), descriptor)
    try:
        yield
    finally:
        _flush()
        os.dup2(original, descriptor)
        os.close(original)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
