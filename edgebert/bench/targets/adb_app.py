"""The Android app on a device reached by adb, as a target of its own."""

import sys
from collections.abc import Sequence
from pathlib import Path

from edgebert.bench.targets import app_files
from edgebert.bench.targets.adb_connection import AdbConnection
from edgebert.bundle import Bundle
from edgebert.errors import EdgebertError


class AppTarget:
    """The app on a device; a worker on this machine passes the plans on to it."""

    def __init__(self, serial: str | None) -> None:
        self.connection = AdbConnection(serial)

    @property
    def name(self) -> str:
        """The target's name, with the serial once the device is found."""
        return f"{self.connection.name}:app"

    def connect(self) -> None:
        """Find the device and see that the app is there."""
        self.connection.find()
        app_files.check_app(self.connection)

    def worker_command(self) -> list[str]:
        """Return the command of the worker that passes plans on to the app."""
        return [sys.executable, "-m", "edgebert.bench.app_worker", self.connection.serial or ""]

    def place(self, bundle: Bundle, backends: Sequence[str]) -> str:
        """Bring the whole bundle to the app, which keeps it, and return its name there."""
        name = app_files.name_on_device(bundle)
        app_files.push_bundle(self.connection, bundle, name)
        return name

    def install(self, engines: Sequence[str], wheel: Path | None) -> None:
        """Refuse: the app is built and installed as its README says."""
        raise EdgebertError(
            f"{self.name}: --install is for the target without --app; install the app as "
            "android_demo/README.md says"
        )

    def uninstall(self) -> None:
        """Do nothing: nothing was installed."""

    def explain(self, status: int, errors: Sequence[str]) -> str:
        """Say why the worker ended early."""
        return errors[-1] if errors else f"the worker ended with status {status}"

    def close(self) -> None:
        """End the app and remove its results, which are in the records; bundles stay."""
        self.connection.run(f"am force-stop {app_files.PACKAGE} && rm -rf {app_files.RESULTS}")
