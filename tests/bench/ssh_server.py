"""A real sshd on loopback, for this user alone, with keys and files of its own."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PRIVILEGE_SEPARATION = Path("/run/sshd")  # sshd of Debian wants it where it starts as root


@dataclass(frozen=True)
class SshServer:
    """A running server: its port, its process, and the folder of its keys and logs."""

    port: int
    folder: Path
    process: subprocess.Popen

    @property
    def device(self) -> Path:
        """The folder that the device takes for its home and for temporary files."""
        return self.folder / "device"

    @property
    def address(self) -> str:
        return f"{getpass.getuser()}@127.0.0.1:{self.port}"

    def client_config(self, *, known: bool = True, host_key: str = "host", user: str = "user"):
        """Write a configuration for ssh -F: which host keys are known, which key is offered."""
        hosts = self.folder / f"known_hosts_{known}_{host_key}"
        public = (self.folder / f"{host_key}.pub").read_text().split()[:2]
        hosts.write_text(f"[127.0.0.1]:{self.port} {' '.join(public)}\n" if known else "")
        config = self.folder / f"config_{known}_{host_key}_{user}"
        config.write_text(
            f"IdentityFile {self.folder / user}\nIdentitiesOnly yes\nIdentityAgent none\n"
            f"UserKnownHostsFile {hosts}\nGlobalKnownHostsFile /dev/null\n"
            "StrictHostKeyChecking yes\nUpdateHostKeys no\n"
        )
        return config


@contextmanager
def ssh_server(folder: Path) -> Iterator[SshServer]:
    """Run a server until the block ends; it is stopped by its own process."""
    assert SSHD is not None
    for name in ("host", "user", "stranger"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(make, check=True)
    shutil.copy(folder / "user.pub", folder / "authorized_keys")
    if os.geteuid() == 0:
        PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    (folder / "device").mkdir()
    port = free_port()
    config = folder / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder / 'host'}\nPidFile none\n"
        f"AuthorizedKeysFile {folder / 'authorized_keys'}\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPrintMotd no\n"
        "PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n"
        f"SetEnv TMPDIR={folder / 'device'} HOME={folder / 'device'} "
        f"PATH={folder / 'device' / 'bin'}:{os.environ['PATH']}\n"
    )
    with (folder / "sshd.log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=log)
    try:
        _await(port, process, folder / "sshd.log")
        yield SshServer(port, folder, process)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await(port: int, process: subprocess.Popen, log: Path) -> None:
    for _ in range(200):
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"sshd does not listen: {log.read_text()}")
