"""A device reached by adb: an Android phone, with a Linux userland of its own for the worker."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from edgebert.bench.targets import adb_install
from edgebert.bench.targets.adb_connection import AdbConnection
from edgebert.bench.targets.bundle_files import files_for
from edgebert.bundle import Bundle
from edgebert.errors import EdgebertError

_FOLDER = re.compile(rf"{adb_install.ROOM}/edgebert-bench\.\w+")


class AdbTarget:
    """A device reached by adb; a private folder on it holds the bundle."""

    def __init__(self, serial: str | None) -> None:
        self.connection = AdbConnection(serial)
        self._folder: str | None = None

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
        folder = self._make_folder()
        groups: dict[PurePosixPath, list[Path]] = {}
        for name in files_for(bundle, backends):
            groups.setdefault(PurePosixPath(name).parent, []).append(bundle.path(name))
        inner = [shlex.quote(f"{folder}/{parent}") for parent in groups]
        self.connection.run(f"mkdir -p {' '.join(inner)}")
        for parent, paths in groups.items():
            self.connection.push(paths, f"{folder}/{parent}")
        return folder

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
        folder, self._folder = self._folder, None
        if folder is None:
            return
        try:
            self.connection.run(f"rm -rf {folder}")
        except EdgebertError as error:
            raise EdgebertError(
                f"{error}; the bundle's copy is still there, in {folder}"
            ) from error

    def _make_folder(self) -> str:
        """Make a folder that only its owner can read; the name says whose it is."""
        command = f"umask 077; mktemp -d {adb_install.ROOM}/edgebert-bench.XXXXXX"
        folder = self.connection.run(command).strip()
        if not _FOLDER.fullmatch(folder):
            raise EdgebertError(f"{self.name}: mktemp made {folder!r}, expected a folder's path")
        self._folder = folder
        return folder
