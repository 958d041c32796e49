"""Silences native libraries that log to the terminal."""

import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings, Python logging and native code's prints off the terminal for a while.

    On an exception, what was kept back is written to stderr after all.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [(descriptor, os.dup(descriptor)) for descriptor in (1, 2)]
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    with tempfile.TemporaryFile() as kept, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for descriptor, _ in saved:
                os.dup2(kept.fileno(), descriptor)
            yield
        except Exception:
            _restore(saved)
            kept.seek(0)
            sys.stderr.write(kept.read().decode(errors="replace"))
            raise
        finally:
            logging.disable(previous)
            _restore(saved)
            for _, copy in saved:
                os.close(copy)


def _restore(saved: list[tuple[int, int]]) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    for descriptor, copy in saved:
        os.dup2(copy, descriptor)
