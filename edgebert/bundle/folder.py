"""Small things about folders: what is in them, which paths stay inside, writing them through."""

import errno
import os
from pathlib import Path


def files_under(folder: Path) -> list[str]:
    """List the files in a folder and its folders as relative paths, sorted; links count as files.

    Raises:
        OSError: a folder cannot be read.

    """
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )


def is_plain_relative(path: str) -> bool:
    """Say whether a path is relative, stays inside its folder and reads alike on every system."""
    return not set(path.split("/")) & {"", ".", ".."} and not set(path) & set("\\:\0")


def stays_inside(folder: Path, path: str) -> bool:
    """Say whether a path still lies in the folder when links are followed."""
    real_folder, real_path = os.path.realpath(folder), os.path.realpath(folder / path)
    return Path(real_path).is_relative_to(real_folder)


def sync_tree(folder: Path) -> None:
    """Have the system write everything in a folder to the disk.

    Raises:
        OSError: it cannot.

    """
    for path in (*folder.rglob("*"), folder):
        sync(path)


def sync(path: Path) -> None:
    """Have the system write one file, or the names in one folder, to the disk.

    Raises:
        OSError: it cannot.

    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network and FUSE file systems cannot do it for folders; then nobody can.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP) or not path.is_dir():
            raise
    finally:
        os.close(descriptor)
