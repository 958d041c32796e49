"""What --install makes on a device reached by adb, and --clean removes: one folder."""

import contextlib
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path

from edgebert.bench.targets import userland
from edgebert.bench.targets.adb_connection import AdbConnection
from edgebert.errors import EdgebertError

ROOM = "/data/local/tmp"
"""Where adb's user may write and run programs."""

FOLDER = f"{ROOM}/edgebert-bench"
_MISSING = "edgebert is not installed there"
_MACHINES = ("aarch64", "arm64")


def install(connection: AdbConnection, engines: Sequence[str], wheel: Path | None) -> None:
    """Make a folder with a Python of its own, edgebert and engines.

    A folder from before is replaced. The device needs a 64-bit ARM kernel, `sh` and `tar`.

    Args:
        connection: to the device.
        engines: names of the engines.
        wheel: edgebert's wheel; None builds it.

    Raises:
        EdgebertError: the device is another machine, something cannot be fetched, or cannot be
            copied. The folder is then removed.

    """
    machine = connection.run("uname -m").strip()
    if machine not in _MACHINES:
        raise EdgebertError(f"{connection.name}: its machine is {machine}, expected aarch64")
    with tempfile.TemporaryDirectory() as scratch:
        packed = Path(scratch, "userland.tar")
        userland.pack_userland(packed, engines, wheel)
        put(connection, packed)


def put(connection: AdbConnection, packed: Path) -> None:
    """Make the folder of what `userland.pack_userland` packed.

    Raises:
        EdgebertError: it cannot be copied or unpacked. The folder is then removed.

    """
    clean(connection)
    try:
        connection.run(f"mkdir -m 700 {FOLDER}")
        connection.copy([packed], FOLDER)
        name = shlex.quote(packed.name)
        connection.run(f"cd {FOLDER} && umask 077 && tar -xf {name} && rm {name}")
    except BaseException:
        with contextlib.suppress(EdgebertError):  # the first error says what is wrong
            clean(connection)
        raise


def clean(connection: AdbConnection) -> None:
    """Remove the folder, and nothing else.

    Raises:
        EdgebertError: it cannot be removed.

    """
    connection.run(f"rm -rf {FOLDER}")


def worker_command() -> str:
    """Return the shell command on the device that becomes the worker."""
    python = f"{FOLDER}/{userland.PYTHON}"
    # The loader is given libraries and program, so that it takes nothing of the device's own.
    loader = f"{FOLDER}/{userland.LOADER} --library-path {FOLDER}/lib {python}"
    settings = (
        f"HOME={FOLDER} TMPDIR={FOLDER} PYTHONHOME={FOLDER} PYTHONPATH={FOLDER}/{userland.SITE} "
        "PYTHONUTF8=1 PYTHONNOUSERSITE=1"
    )
    return (
        f"test -x {python} || {{ echo '{_MISSING}; --install puts it there' >&2; exit 2; }}; "
        f"umask 077; cd {FOLDER} && unset LD_PRELOAD LD_LIBRARY_PATH && "
        f"export {settings} && exec {loader} -m edgebert.bench.worker"
    )
