"""What --install makes on a device reached by ssh, and --clean removes: one folder."""

import contextlib
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from edgebert.bench.targets.packing import pack_folder
from edgebert.bench.targets.ssh_connection import SshConnection
from edgebert.bench.targets.wheels import Platform, install_for
from edgebert.errors import EdgebertError

FOLDER = ".edgebert-bench"
"""Below the home folder."""

INSTALLED_PYTHON = f"~/{FOLDER}/venv/bin/python"

_PLATFORM = re.compile(r"(3\.\d+) (\w+)")


def install(connection: SshConnection, engines: Sequence[str], wheel: Path | None) -> None:
    """Make a folder with a venv that has edgebert and engines, from wheels of this machine.

    A folder from before is replaced. The device needs Python and nothing else: no pip, no network.

    Args:
        connection: to the device.
        engines: names of the engines.
        wheel: edgebert's wheel; None builds it.

    Raises:
        EdgebertError: the device has no fitting Python, something there is no wheel of, or
            something cannot be copied. The folder is then removed.

    """
    platform = _platform(connection)
    with tempfile.TemporaryDirectory() as scratch:
        packages, packed = Path(scratch, "packages"), Path(scratch, "packages.tar")
        install_for(packages, platform, engines, wheel)
        pack_folder(packages, packed)
        clean(connection)
        try:
            there = connection.run(f"umask 077; mkdir -p ~/{FOLDER} && cd ~/{FOLDER} && pwd")
            connection.copy([packed], there.strip())
            connection.run(
                f"umask 077; cd ~/{FOLDER} && python3 -m venv --without-pip venv && "
                f"venv/bin/python -m tarfile -e {packed.name} "
                f"venv/lib/python{platform.python}/site-packages && rm {packed.name}"
            )
        except BaseException:
            with contextlib.suppress(EdgebertError):  # the first error says what is wrong
                clean(connection)
            raise


def clean(connection: SshConnection) -> None:
    """Remove the folder, and nothing else.

    Raises:
        EdgebertError: it cannot be removed.

    """
    connection.run(f"rm -rf ~/{FOLDER}")


def _platform(connection: SshConnection) -> Platform:
    program = "import sys, platform; print('%d.%d' % sys.version_info[:2], platform.machine())"
    found = connection.run(f'python3 -c "{program}"').strip()
    match = _PLATFORM.fullmatch(found)
    if match is None:
        raise EdgebertError(f"{connection.name}: python3 said {found!r}, expected its version")
    if not (3, 11) <= tuple(map(int, match[1].split("."))) < (3, 14):
        raise EdgebertError(
            f"{connection.name}: its python3 is {match[1]}, expected 3.11 to 3.13; install "
            "one there with edgebert, and name it with --python"
        )
    return Platform(match[1], match[2])
