"""SHA-256 of files, read as a stream: an artifact need not fit into memory."""

import hashlib
from functools import lru_cache
from pathlib import Path

from edgebert.bundle.manifest import FileRecord


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content in hex.

    Raises:
        OSError: the file cannot be read.

    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def record_of(path: Path) -> FileRecord:
    """Describe a file as the manifest does.

    Raises:
        OSError: the file cannot be read.

    """
    return FileRecord(sha256=sha256_of(path), size=path.stat().st_size)


def remembered_sha256(path: Path) -> str:
    """Return `sha256_of` a file, read again only if the file looks changed since the last time.

    Raises:
        OSError: the file cannot be read.

    """
    status = path.stat()
    return _sha256_of_version(path, status.st_ino, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=256)
def _sha256_of_version(path: Path, _inode: int, _size: int, _mtime_ns: int) -> str:
    return sha256_of(path)
