"""A device reached by ssh."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from edgebert.bench.targets import ssh_install
from edgebert.bench.targets.private_folder import PrivateFolder
from edgebert.bench.targets.ssh_connection import SshAddress, SshConnection, SshOptions
from edgebert.bundle import Bundle

_FOLDER = re.compile(r"/[\w./-]*/edgebert-bench\.\w+")
_ADVICE = "; a start-up file of the shell there may print something: have it print nothing"


class SshTarget:
    """A device reached by ssh; a private folder on it holds the bundle."""

    def __init__(self, address: SshAddress, options: SshOptions) -> None:
        self.connection = SshConnection(address, options)
        self.name = self.connection.name
        self._python = options.python
        self._folder = PrivateFolder(self.connection, "${TMPDIR:-/tmp}", _FOLDER, _ADVICE)

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
        return self._folder.place(bundle, backends)

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
        self._folder.remove()
