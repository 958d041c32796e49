"""Silences native libraries that log to the terminal."""

import logging
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from edgebert.descriptors import STDERR, STDOUT, redirected


@contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings, Python logging and native code's prints off the terminal for a while.

    On an exception, what was kept back is written to stderr after all.
    """
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    with tempfile.TemporaryFile() as kept:
        try:
            with warnings.catch_warnings(), redirected(STDOUT, kept), redirected(STDERR, kept):
                warnings.simplefilter("ignore")
                yield
        except Exception:
            kept.seek(0)
            sys.stderr.write(kept.read().decode(errors="replace"))
            raise
        finally:
            logging.disable(previous)
