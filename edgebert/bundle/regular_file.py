"""Reading small files that others made: no device or pipe, and no more than expected."""

import errno
import os
import stat
from pathlib import Path


def read_regular(path: Path, limit: int) -> bytes:
    """Read a whole file, unless it is a pipe or device, which may never end, or too large.

    Args:
        path: the file; a link to one is followed.
        limit: most bytes it may have.

    Raises:
        OSError: it cannot be read, is no regular file (EINVAL) or is larger (EFBIG).

    """
    # A pipe that nobody writes to would keep open() waiting.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        check_regular(os.fstat(file.fileno()), path)
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"it is larger than {limit} bytes", str(path))
    return content


def check_regular(status: os.stat_result, path: Path) -> None:
    """Check that a file is neither a folder nor a pipe or device.

    Raises:
        OSError: it is one.

    """
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", str(path))
