"""Writing a file so that there is always either the old one or the whole new one."""

import contextlib
import os
from pathlib import Path

from edgebert.errors import EdgebertError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; an older one stays whole until the new one is.

    Raises:
        EdgebertError: the file cannot be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be written ({error.strerror or error})") from None
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
