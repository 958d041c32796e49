"""Two folders change places in one step, where the system can do that."""

import ctypes
import errno
import os
import sys
from pathlib import Path

# From linux/fcntl.h and linux/fs.h.
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2

# The kernel, the C library or the file system has no such call.
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


def exchange(one: Path, other: Path) -> bool:
    """Let two paths change places, so that neither is missing at any moment.

    Linux has renameat2 for it (since 3.15, on most file systems); Python does not offer it.

    Returns:
        Whether it was done; False where the system cannot, and then nothing has changed.

    Raises:
        OSError: a path does not exist, or may not be changed.

    """
    if not sys.platform.startswith("linux"):
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:  # a C library older than glibc 2.28 or musl 1.2.5
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))
