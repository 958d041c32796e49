"""A folder on a device that only its owner can read, with what runs of a bundle take."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from edgebert.bench.targets.bundle_files import by_folder, files_for
from edgebert.bundle import Bundle
from edgebert.errors import EdgebertError


class Connection(Protocol):
    """How a device is reached."""

    @property
    def name(self) -> str:
        """What messages call the device."""
        ...

    def run(self, command: str) -> str:
        """Run a command of the device's shell to its end and return what it printed."""
        ...

    def copy(self, paths: Sequence[Path], folder: str) -> None:
        """Copy files into a folder on the device, which exists."""
        ...


class PrivateFolder:
    """A folder made when a bundle comes, and removed in the end."""

    def __init__(
        self, connection: Connection, room: str, expected: re.Pattern[str], advice: str = ""
    ) -> None:
        """Say where the folder will be; nothing is made yet.

        Args:
            connection: to the device.
            room: the folder it is made in, as the device's shell reads it between double quotes.
            expected: what its path looks like.
            advice: ends the message where mktemp makes something else.

        """
        self._connection = connection
        self._room = room
        self._expected = expected
        self._advice = advice
        self._folder: str | None = None

    def place(self, bundle: Bundle, backends: Sequence[str]) -> str:
        """Make the folder, copy what some backends need of a bundle into it, and return it.

        Raises:
            EdgebertError: it cannot be made, or a file cannot be copied.

        """
        folder = self._make()
        groups = by_folder(bundle, files_for(bundle, backends))
        inner = [shlex.quote(f"{folder}/{parent}") for parent in groups]
        self._connection.run(f"mkdir -p {' '.join(inner)}")
        for parent, paths in groups.items():
            self._connection.copy(paths, f"{folder}/{parent}")
        return folder

    def remove(self) -> None:
        """Remove the folder, if it was made.

        Raises:
            EdgebertError: it cannot be removed; says where it is.

        """
        folder, self._folder = self._folder, None
        if folder is None:
            return
        try:
            self._connection.run(f"rm -rf {folder}")
        except EdgebertError as error:
            raise EdgebertError(
                f"{error}; the bundle's copy is still there, in {folder}"
            ) from error

    def _make(self) -> str:
        """Make a folder that only its owner can read; the name says whose it is."""
        command = f'umask 077; mktemp -d "{self._room}/edgebert-bench.XXXXXX"'
        folder = self._connection.run(command).strip()
        if not self._expected.fullmatch(folder):
            raise EdgebertError(
                f"{self._connection.name}: mktemp made {folder!r}, expected the path of a folder"
                f"{self._advice}"
            )
        self._folder = folder
        return folder
