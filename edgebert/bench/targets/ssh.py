"""A device reached by ssh."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from edgebert.bench.targets import ssh_install
from edgebert.bench.targets.bundle_files import files_for
from edgebert.bench.targets.ssh_connection import SshAddress, SshConnection, SshOptions
from edgebert.bundle import Bundle
from edgebert.errors import EdgebertError

_FOLDER = re.compile(r"/[\w./-]*/edgebert-bench\.\w+")


class SshTarget:
    """A device reached by ssh; a private folder on it holds the bundle."""

    def __init__(self, address: SshAddress, options: SshOptions) -> None:
        self.connection = SshConnection(address, options)
        self.name = self.connection.name
        self._python = options.python
        self._folder: str | None = None

    def connect(self) -> None:
        """Do nothing: the address says which device it is, and each command connects."""

    def worker_command(self) -> list[str]:
        """Return the ssh command that runs the worker."""
        if self._python is not None:
            python = shlex.quote(self._python)
        else:
            installed = ssh_install.INSTALLED_PYTHON
            python = f"$(test -x {installed} && echo {installed} || echo python3)"
        return self.connection.ssh(f"exec {python} -m edgebert.bench.worker")

    def place(self, bundle: Bundle, backends: Sequence[str]) -> str:
        """Copy what some backends need of a bundle into a private folder on the device."""
        folder = self._make_folder()
        groups: dict[PurePosixPath, list[Path]] = {}
        for name in files_for(bundle, backends):
            groups.setdefault(PurePosixPath(name).parent, []).append(bundle.path(name))
        inner = [shlex.quote(f"{folder}/{parent}") for parent in groups]
        self.connection.run(f"mkdir -p {' '.join(inner)}")
        for parent, paths in groups.items():
            self.connection.copy(paths, f"{folder}/{parent}")
        return folder

    def install(self, engines: Sequence[str], wheel: Path | None) -> None:
        """Make the folder ~/.edgebert-bench with edgebert and engines."""
        ssh_install.install(self.connection, engines, wheel)

    def uninstall(self) -> None:
        """Remove the folder ~/.edgebert-bench."""
        ssh_install.clean(self.connection)

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
        command = 'umask 077; mktemp -d "${TMPDIR:-/tmp}/edgebert-bench.XXXXXX"'
        folder = self.connection.run(command).strip()
        if not _FOLDER.fullmatch(folder):
            raise EdgebertError(
                f"{self.name}: mktemp made {folder!r}, expected the path of a folder; "
                "a start-up file of the shell there may print something: have it print nothing"
            )
        self._folder = folder
        return folder
