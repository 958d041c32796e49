"""This machine as a target: the worker is a child process."""

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from edgebert.bundle import Bundle


class LocalTarget:
    """This machine."""

    name = "local"

    def connect(self) -> None:
        """Do nothing: it is here."""

    def worker_command(self) -> list[str]:
        """Return the command of the worker, in this Python."""
        return [sys.executable, "-m", "edgebert.bench.worker"]

    def place(self, bundle: Bundle, backends: Sequence[str]) -> str:
        """Return the bundle's folder: it is here already."""
        return str(bundle.root.resolve())

    def install(self, engines: Sequence[str], wheel: Path | None) -> None:
        """Do nothing: what runs here is installed."""

    def uninstall(self) -> None:
        """Do nothing: nothing was installed."""

    def explain(self, status: int, errors: Sequence[str]) -> str:
        """Say why the worker ended early."""
        if status == -signal.SIGKILL:
            return "the worker was killed (was memory short?)"
        if status < 0:
            return f"the worker was ended by {signal.Signals(-status).name}"
        return errors[-1] if errors else f"the worker ended with status {status}"

    def close(self) -> None:
        """Do nothing: nothing was put anywhere."""
