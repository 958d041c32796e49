"""Commands and copies over the user's own `adb`."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from edgebert.bench.targets.adb_errors import NOT_ALLOWED, OFFLINE, UNTRUSTED, explain_adb
from edgebert.bench.targets.commands import run_to_end
from edgebert.errors import EdgebertError

# As `adb devices` has them: of a cable, of an emulator, host:port, or one that mDNS found.
_SERIAL = re.compile(r"[A-Za-z0-9\[][\w.:%()\[\]-]{0,127}", re.ASCII)
_STATES = {
    "unauthorized": UNTRUSTED,
    "authorizing": UNTRUSTED,
    "offline": OFFLINE,
    "no permissions": NOT_ALLOWED,
}
_READY = "device"
_DONE = "edgebert-done"


def parse_serial(text: str) -> str:
    """Check the serial of a device.

    Raises:
        EdgebertError: it is none.

    """
    if not _SERIAL.fullmatch(text):
        raise EdgebertError(
            f"target adb:{text}: no serial, expected adb or adb:SERIAL as adb devices shows it"
        )
    return text


class AdbConnection:
    """How one device is reached."""

    def __init__(self, serial: str | None) -> None:
        """Take a device's serial, or None for the only one that is connected."""
        self.serial = serial

    @property
    def name(self) -> str:
        """The target's name; complete once the device is found."""
        return "adb" if self.serial is None else f"adb:{self.serial}"

    def find(self) -> None:
        """Find the device and see that it can be used.

        Raises:
            EdgebertError: there is no adb, no such device, or it cannot be used; or there are
                several, and none was named.

        """
        found = self._devices()
        wanted = self.serial or os.environ.get("ANDROID_SERIAL")
        if wanted is None:
            if len(found) > 1:
                raise EdgebertError(
                    f"{self.name}: {len(found)} devices are connected ({', '.join(found)}); "
                    f"name one, as in --target adb:{next(iter(found))}"
                )
            wanted = next(iter(found), None)
        if wanted is None:
            raise EdgebertError(
                f"{self.name}: no device is connected; plug one in and switch USB debugging on in "
                "its developer options, or adb connect"
            )
        self.serial = parse_serial(wanted)
        if self.serial not in found:
            others = ", ".join(found) or "none"
            raise EdgebertError(f"{self.name}: no such device is connected, found {others}")
        state = found[self.serial]
        if state != _READY:
            meaning = next((m for name, m in _STATES.items() if state.startswith(name)), None)
            raise EdgebertError(f"{self.name}: {meaning or f'its state is {state}'}")

    def run(self, command: str) -> str:
        """Run a command of the device's shell to its end and return what it printed.

        Raises:
            EdgebertError: it failed, or the device cannot be reached.

        """
        # adb ends with status 0 also when the connection is lost, and old devices tell no status.
        said = self._run(self.shell(f"{command} && echo {_DONE}"))
        output, marker, _ = said.rpartition(_DONE)
        if not marker:
            raise EdgebertError(f"{self.name}: {self.explain(0, ())}")
        return output

    def copy(self, paths: Sequence[Path], folder: str) -> None:
        """Copy files into a folder on the device, which exists.

        Raises:
            EdgebertError: they cannot be copied.

        """
        # An absolute path cannot be taken for an option.
        sources = [str(path.absolute()) for path in paths]
        self._run([*self._adb(), "push", *sources, f"{folder}/"])

    def pull(self, path: str, file: Path) -> None:
        """Copy a file from the device.

        Raises:
            EdgebertError: it cannot be copied.

        """
        self._run([*self._adb(), "pull", path, str(file.absolute())])

    def shell(self, command: str) -> list[str]:
        """Return the arguments that run a command of the device's shell, without a terminal."""
        return [*self._adb(), "shell", "-T", command]

    def explain(self, status: int, errors: Sequence[str]) -> str:
        """Say in one phrase why adb, or what it ran, ended with a status."""
        return explain_adb(status, errors)

    def _adb(self) -> list[str]:
        return ["adb"] if self.serial is None else ["adb", "-s", self.serial]

    def _devices(self) -> dict[str, str]:
        """Return the state of each device by its serial."""
        lines = self._run(["adb", "devices"]).splitlines()
        rows = [line.split("\t", 1) for line in lines if "\t" in line]
        return {serial: state.strip() for serial, state in rows}

    def _run(self, command: list[str]) -> str:
        """Run a command to its end and return what it printed."""
        try:
            done = run_to_end(command)
        except OSError as error:
            raise EdgebertError(
                f"{self.name}: adb cannot be started ({error.strerror}); install Android's "
                "platform-tools (on Debian and Ubuntu: apt-get install adb)"
            ) from error
        if done.returncode != 0:
            # adb push and pull tell what is wrong on standard output.
            said = f"{done.stdout}\n{done.stderr}" if command[-1] != "devices" else done.stderr
            lines = [line.strip() for line in said.splitlines() if line.strip()]
            raise EdgebertError(f"{self.name}: {self.explain(done.returncode, lines)}")
        return done.stdout
