"""A folder that runs Python with edgebert on Linux for ARM, whatever else the device has or lacks.

It brings its own loader and libraries (Debian's), so neither Python nor a C library of the device
is used; of Android it needs the kernel alone.
"""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from edgebert.bench.targets.debian import DebianArchive, unpack
from edgebert.bench.targets.packing import pack_folder
from edgebert.bench.targets.wheels import Platform, install_for

PLATFORM = Platform("3.13", "aarch64")
PACKAGES = ("python3.13", "libstdc++6", "libgomp1")
LOADER = "lib/ld-linux-aarch64.so.1"
PYTHON = "bin/python3.13"
STDLIB = "lib/python3.13"
SITE = "site"
# Parts of the standard library that a worker has no use for.
_UNUSED = ("ensurepip", "idlelib", "pydoc_data", "test", "tkinter", "turtledemo", "__pycache__")


def pack_userland(
    file: Path, engines: Sequence[str], wheel: Path | None, root: Path | None = None
) -> None:
    """Make a userland and pack it into a tar file, without a folder around it.

    Args:
        file: where to.
        engines: names of the engines.
        wheel: edgebert's wheel; None builds it.
        root: what `fetch_root` made; None makes it.

    Raises:
        EdgebertError: something cannot be fetched; see `install_for` and `DebianArchive`.

    """
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        folder = work / "userland"
        install_for(folder / SITE, PLATFORM, engines, wheel)
        if root is None:
            root = work / "root"
            fetch_root(root, work)
        assemble(root, folder)
        pack_folder(folder, file)


def fetch_root(root: Path, scratch: Path) -> None:
    """Fetch Debian's Python for ARM with all that it needs, and unpack it.

    Args:
        root: where to; becomes the root of a file system.
        scratch: a folder for what is fetched.

    Raises:
        EdgebertError: something cannot be fetched.

    """
    archive = DebianArchive(scratch / "apt", "arm64")
    unpack(archive.fetch(PACKAGES, scratch / "packages"), root)


def assemble(root: Path, folder: Path) -> None:
    """Copy interpreter, standard library, loader and libraries out of a root file system.

    Args:
        root: Debian's packages, unpacked.
        folder: where to; links are not kept, since not every file system of a device has them.

    """
    libraries = root / "usr/lib/aarch64-linux-gnu"
    # A program asks for a library by the name of a link to it, where there is one.
    behind_links = {p.resolve() for p in libraries.glob("*.so*") if p.is_symlink()}
    (folder / "lib").mkdir(parents=True)
    for path in libraries.glob("*.so*"):
        if path not in behind_links:
            shutil.copyfile(path, folder / "lib" / path.name)
    python = folder / PYTHON
    python.parent.mkdir()
    shutil.copyfile(root / "usr" / PYTHON, python)
    shutil.copytree(root / "usr" / STDLIB, folder / STDLIB, ignore=_not_needed)
    for program in (python, folder / LOADER):
        program.chmod(0o700)


def _not_needed(folder: str, names: list[str]) -> list[str]:
    """Leave out what is unused, and links: theirs lead to settings of the whole system."""
    return [name for name in names if name in _UNUSED or Path(folder, name).is_symlink()]
