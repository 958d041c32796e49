"""Catching what native libraries print."""

import io
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import BinaryIO, TextIO

from edgebert.descriptors import STDERR, redirected

_one_at_a_time = threading.Lock()


class CapturedText:
    """The lines that were caught; empty until the capture has ended."""

    def __init__(self) -> None:
        self.lines: list[str] = []


@contextmanager
def captured_stderr() -> Iterator[CapturedText]:
    """Keep away from the terminal what native code prints to stderr, and hand it over.

    Some libraries print to file descriptor 2, some to whatever sys.stderr is at the time (which is
    not the descriptor in a notebook): both are caught. Both belong to the process, so lines that
    other threads print meanwhile are caught too: this is for loading a model, not for running one.
    """
    text = CapturedText()
    with _one_at_a_time, _scratch_file() as scratch:
        try:
            with (
                redirected(STDERR, scratch),
                redirect_stderr(_CapturingStream(scratch, sys.stderr)),
            ):
                yield text
        finally:
            scratch.seek(0)
            text.lines = scratch.read().decode(errors="replace").splitlines()


class _CapturingStream(io.TextIOBase):
    """Stands in for sys.stderr; afterwards, for who has kept it, it passes on to the original."""

    def __init__(self, scratch: BinaryIO, original: TextIO | None) -> None:
        self._scratch = scratch
        self._original = original

    def write(self, text: str) -> int:
        if not self._scratch.closed:
            return os.write(self._scratch.fileno(), text.encode(errors="replace"))
        return 0 if self._original is None else self._original.write(text)

    def flush(self) -> None:
        if self._original is not None:
            self._original.flush()


def _scratch_file() -> BinaryIO:
    try:
        return tempfile.TemporaryFile()
    except OSError:  # a device without a writeable folder: the lines are lost, nothing else
        return open(os.devnull, "r+b")  # noqa: PTH123 (no path of ours)
