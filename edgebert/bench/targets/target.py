"""The one interface behind which every kind of device runs the worker."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from edgebert.bundle import Bundle


class Target(Protocol):
    """A device. `connect` comes first; after it, `close` in the end, whatever happens."""

    @property
    def name(self) -> str:
        """What records and messages call the device; it may be complete after `connect` alone."""
        ...

    def connect(self) -> None:
        """Find the device, where its name does not say which it is.

        Raises:
            EdgebertError: there is none, or none that can be used.
        """
        ...

    def worker_command(self) -> list[str]:
        """Return the command, to be run on this machine, that runs the worker on the device.

        Its standard streams are the worker's; when its input is closed, the worker ends.
        """
        ...

    def place(self, bundle: Bundle, backends: Sequence[str]) -> str:
        """Bring what some backends need of a bundle to the device and return the folder there.

        Raises:
            EdgebertError: it cannot be copied.
        """
        ...

    def install(self, engines: Sequence[str], wheel: Path | None) -> None:
        """Put edgebert and engines on the device, in one folder, from wheels of this machine.

        Args:
            engines: names of the engines.
            wheel: edgebert's wheel; None builds it.

        Raises:
            EdgebertError: it cannot be installed; nothing of it is left.
        """
        ...

    def uninstall(self) -> None:
        """Remove what `install` made, if it is there, and nothing else.

        Raises:
            EdgebertError: it cannot be removed.
        """
        ...

    def explain(self, status: int, errors: Sequence[str]) -> str:
        """Say in one phrase why the worker's command ended early.

        Args:
            status: its exit status, negative for a signal.
            errors: the last lines it wrote to standard error.
        """
        ...

    def close(self) -> None:
        """Remove what was put on the device.

        Raises:
            EdgebertError: it could not be removed; says what is left where.
        """
        ...
