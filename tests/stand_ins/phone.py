"""A stand-in for a phone: Debian's adbd, toybox and mksh on emulated ARM, and an adb for it.

It is no Android: a kernel of Debian's kind, no SELinux, a user root. What reaches it is real: the
adb client and server, the protocol, the device's daemon and its shell.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stand_ins.fetch import CONTENTS
from stand_ins.machine import CPU, Machine, machine

PORTS = (15555, 15557)
ADBD = "/usr/lib/android-sdk/platform-tools/adbd"
ADB = CONTENTS / "adb" / "bin"
NO_VSOCK = Path(__file__).with_name("no_vsock.py")
WAIT_S = 20.0


@dataclass
class Phone:
    """A running phone, and the folder of the adb server that knows it.

    The server listens on a socket in the folder, so no other adb of this machine meets it.
    """

    machine: Machine
    folder: Path

    @property
    def serial(self) -> str:
        """The serial under which adb knows it."""
        return f"127.0.0.1:{PORTS[0]}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which an adb client finds it."""
        path = f"{ADB}:{os.environ['PATH']}"
        socket = f"localfilesystem:{self.folder / 'adb.socket'}"
        return {"PATH": path, "HOME": str(self.folder), "ADB_SERVER_SOCKET": socket}

    def start_adbd(self, port: int = PORTS[0]) -> subprocess.Popen[bytes]:
        """Start the device's daemon on another or the first port."""
        # No PATH of the machine outside: adbd hands its own to the shell.
        variables = {"ADBD_PORT": str(port), "QEMU_CPU": CPU, "PATH": "/system/bin", "LC_ALL": "C"}
        command = [sys.executable, NO_VSOCK, "/usr/sbin/chroot", self.machine.root, ADBD]
        log = (self.folder / f"adbd-{port}.log").open("wb")
        return self.machine.start(self.machine.enter(*command), stderr=log, env=variables)

    def adb(self, *arguments: str) -> str:
        """Run the client."""
        done = subprocess.run(
            ["adb", *arguments], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def connect(self, port: int = PORTS[0]) -> None:
        """Have the server connect to a port, as plugging a cable in does."""
        serial = f"127.0.0.1:{port}"
        begin = time.monotonic()
        while f"{serial}\tdevice" not in self.adb("devices"):
            assert time.monotonic() - begin < WAIT_S, self.adb("connect", serial)
            self.adb("connect", serial)
            time.sleep(0.05)

    def disconnect(self, port: int = PORTS[0]) -> None:
        """Cut the connection, as pulling the cable does."""
        self.adb("disconnect", f"127.0.0.1:{port}")


@contextmanager
def phone(folder: Path) -> Iterator[Phone]:
    """Run a phone and an adb server until the block ends."""
    with machine("phone", isolated=True) as running:
        made = Phone(running, folder)
        server = running.enter(ADB / "adb", "nodaemon", "server")
        log = (folder / "server.log").open("wb")
        running.start(server, stderr=log, stdout=log, env={**os.environ, **made.environment})
        made.start_adbd()
        begin = time.monotonic()
        while not (folder / "adb.socket").exists():
            assert time.monotonic() - begin < WAIT_S, (folder / "server.log").read_text()
            time.sleep(0.05)
        made.connect()
        yield made
