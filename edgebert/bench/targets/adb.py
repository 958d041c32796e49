"""A device reached by adb: an Android phone, with a Linux userland of its own for the worker."""

import re
from collections.abc import Sequence
from pathlib import Path

from edgebert.bench.targets import adb_install
from edgebert.bench.targets.adb_connection import AdbConnection
from edgebert.bench.targets.private_folder import PrivateFolder
from edgebert.bundle import Bundle

_FOLDER = re.compile(rf"{adb_install.ROOM}/edgebert-bench\.\w+")


class AdbTarget:
    """A device reached by adb; a private folder on it holds the bundle."""

    def __init__(self, serial: str | None) -> None:
        self.connection = AdbConnection(serial)
        self._folder = PrivateFolder(self.connection, adb_install.ROOM, _FOLDER)

    @property
    def name(self) -> str:
        """The target's name, with the serial once the device is found."""
        return self.connection.name

    def connect(self) -> None:
        """Find the device."""
        self.connection.find()

    def worker_command(self) -> list[str]:
        """Return the adb command that runs the worker."""
        return self.connection.shell(adb_install.worker_command())

    def place(self, bundle: Bundle, backends: Sequence[str]) -> str:
        """Copy what some backends need of a bundle into a private folder on the device."""
        return self._folder.place(bundle, backends)

    def install(self, engines: Sequence[str], wheel: Path | None) -> None:
        """Make the folder /data/local/tmp/edgebert-bench with a Python, edgebert and engines."""
        adb_install.install(self.connection, engines, wheel)

    def uninstall(self) -> None:
        """Remove the folder /data/local/tmp/edgebert-bench."""
        adb_install.clean(self.connection)

    def explain(self, status: int, errors: Sequence[str]) -> str:
        """Say why the worker, or its connection, ended early."""
        return self.connection.explain(status, errors)

    def close(self) -> None:
        """Remove the private folder."""
        self._folder.remove()
