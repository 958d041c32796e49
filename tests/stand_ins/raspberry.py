"""A stand-in for a Raspberry Pi: Debian on emulated ARM with its own sshd, on loopback."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ssh_server import free_port
from stand_ins.machine import CPU, Machine, machine

PI_ID = 1000
WAIT_S = 20.0


@dataclass
class Raspberry:
    """A running board: its port of loopback, and the folder of the client's keys."""

    machine: Machine
    folder: Path
    port: int

    @property
    def home(self) -> Path:
        """The home folder of the user pi, as seen from here."""
        return self.machine.path("/home/pi")

    @property
    def address(self) -> str:
        """Where ssh finds it."""
        return f"pi@127.0.0.1:{self.port}"

    @property
    def client_config(self) -> Path:
        """A configuration for ssh -F that knows the board and offers its key."""
        hosts, config = self.folder / "known_hosts", self.folder / "config"
        public = (self.folder / "host.pub").read_text().split()[:2]
        hosts.write_text(f"[127.0.0.1]:{self.port} {' '.join(public)}\n")
        config.write_text(
            f"IdentityFile {self.folder / 'user'}\nIdentitiesOnly yes\nIdentityAgent none\n"
            f"UserKnownHostsFile {hosts}\nGlobalKnownHostsFile /dev/null\nUpdateHostKeys no\n"
        )
        return config


@contextmanager
def raspberry(folder: Path) -> Iterator[Raspberry]:
    """Run a board until the block ends."""
    with machine("pi", isolated=False) as running:
        board = Raspberry(running, folder, free_port())
        for name in ("host", "user"):
            make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(make, check=True)
        key, allowed = running.path("/etc/ssh/host_key"), board.home / ".ssh"
        shutil.copy(folder / "host", key)
        key.chmod(0o600)
        allowed.mkdir(mode=0o700)
        shutil.copy(folder / "user.pub", allowed / "authorized_keys")
        for path in (allowed, allowed / "authorized_keys"):
            shutil.chown(path, PI_ID, PI_ID)
        (running.path("/etc/ssh/sshd_config")).write_text(
            f"ListenAddress 127.0.0.1:{board.port}\nHostKey /etc/ssh/host_key\nPidFile none\n"
            "UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
            f"PermitRootLogin no\nSubsystem sftp internal-sftp\nSetEnv QEMU_CPU={CPU}\n"
        )
        command = running.chroot("/usr/sbin/sshd", "-D", "-e")
        log = folder / "sshd.log"
        server = running.start(command, stderr=log.open("wb"), env={"QEMU_CPU": CPU})
        begin = time.monotonic()
        while "Server listening" not in log.read_text():
            assert server.poll() is None, log.read_text()
            assert time.monotonic() - begin < WAIT_S, log.read_text()
            time.sleep(0.05)
        yield board
