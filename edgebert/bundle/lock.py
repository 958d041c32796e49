"""A lock file, so that two processes do not write to one place."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edgebert.errors import EdgebertError


@contextmanager
def exclusive(path: Path, purpose: str) -> Iterator[None]:
    """Hold a lock file; the kernel lets go of it however the process ends.

    Args:
        path: the lock file; it is removed afterwards.
        purpose: what the lock is for, for the message.

    Raises:
        EdgebertError: another process or thread holds it, or the system has no such locks.
        OSError: the file cannot be made.

    """
    descriptor = _acquire(path, purpose)
    try:
        yield
    finally:
        # Removed while it is still held: whoever opened it before will see that it is gone.
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _acquire(path: Path, purpose: str) -> int:
    try:
        import fcntl
    except ImportError as error:
        raise EdgebertError(
            f"{purpose}: this system has no fcntl file locks; use Linux or macOS"
        ) from error
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, descriptor):
                with contextlib.suppress(OSError):  # only a help for whoever comes second
                    os.truncate(descriptor, 0)
                    os.write(descriptor, str(os.getpid()).encode())
                return descriptor
        except BlockingIOError as error:
            holder = os.read(descriptor, 20).decode(errors="replace")
            os.close(descriptor)
            raise EdgebertError(
                f"{purpose}: process {holder or '(unknown)'} is writing there; wait until it ends, "
                "or choose another folder"
            ) from error
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the holder before us removed the file: lock its successor


def _is_still(path: Path, descriptor: int) -> bool:
    """Say whether the opened file is the one that lies at the path now."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
