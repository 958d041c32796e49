"""Commands and copies over the user's own `ssh` and `scp`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgebert.bench.targets.commands import run_to_end
from edgebert.bench.targets.ssh_errors import explain_ssh
from edgebert.errors import EdgebertError

# It never asks: a benchmark runs unattended. A dead connection is noticed after 15 seconds.
BATCH = (
    *("-o", "BatchMode=yes"),
    *("-o", "ConnectTimeout=10"),
    *("-o", "ServerAliveInterval=5"),
    *("-o", "ServerAliveCountMax=3"),
)
_ADDRESS = re.compile(
    r"(?:(?P<user>[\w.-]+)@)?(?:\[(?P<ip>[0-9A-Fa-f:.%\w]+)\]|(?P<host>\w[\w.-]*))"
    r"(?::(?P<port>\d{1,5}))?"
)


@dataclass(frozen=True)
class SshAddress:
    """Where a device is; None leaves user and port to ssh and its configuration."""

    user: str | None
    host: str
    port: int | None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{self.login(host)}{port}"

    def login(self, host: str) -> str:
        """Return user and host as ssh takes them."""
        return host if self.user is None else f"{self.user}@{host}"

    def by_hand(self) -> str:
        """Return the arguments of ssh and ssh-copy-id that lead there."""
        port = "" if self.port is None else f"-p {self.port} "
        return f"{port}{self.login(self.host)}"


@dataclass(frozen=True)
class SshOptions:
    """How devices are reached by ssh.

    Attributes:
        config: a configuration file in place of the user's, as `ssh -F` has it.
        python: the device's Python that has edgebert; by default that of --install where there is
            one, else python3.
    """

    config: Path | None = None
    python: str | None = None


def parse_address(text: str) -> SshAddress:
    """Read ``user@host:port``, user and port optional, an IPv6 address in brackets.

    Raises:
        EdgebertError: it is none.

    """
    match = _ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match["port"] or 22) < 65536:
        raise EdgebertError(f"target ssh:{text}: no address, expected ssh:user@host[:port]")
    port = int(match["port"]) if match["port"] else None
    return SshAddress(match["user"], match["ip"] or match["host"], port)


class SshConnection:
    """How one device is reached; host keys are checked as the user's configuration says."""

    def __init__(self, address: SshAddress, options: SshOptions) -> None:
        self.name = f"ssh:{address}"
        self.address = address
        self._options = options

    def run(self, command: str) -> str:
        """Run a command of the device's shell to its end and return what it printed.

        Raises:
            EdgebertError: it failed, or the device cannot be reached.

        """
        return self._run(self.ssh(command))

    def copy(self, paths: Sequence[Path], folder: str) -> None:
        """Copy files into a folder on the device; a relative one is below the home folder.

        Raises:
            EdgebertError: they cannot be copied.

        """
        self._run(self._scp(paths, f"{folder}/"))

    def explain(self, status: int, errors: Sequence[str]) -> str:
        """Say in one phrase why ssh, or what it ran, ended with a status."""
        return explain_ssh(self.address.by_hand(), status, errors)

    def ssh(self, command: str) -> list[str]:
        """Return the arguments that run a command of the device's shell."""
        port = [] if self.address.port is None else ["-p", str(self.address.port)]
        login = self.address.login(self.address.host)
        return ["ssh", *self._common(), *port, "--", login, command]

    def _scp(self, paths: Sequence[Path], folder: str) -> list[str]:
        port = [] if self.address.port is None else ["-P", str(self.address.port)]
        host = f"[{self.address.host}]" if ":" in self.address.host else self.address.host
        # An absolute path cannot be taken for host:path.
        sources = [str(path.resolve()) for path in paths]
        target = f"{self.address.login(host)}:{folder}"
        return ["scp", "-q", *self._common(), *port, "--", *sources, target]

    def _common(self) -> list[str]:
        config = [] if self._options.config is None else ["-F", str(self._options.config)]
        return [*config, *BATCH]

    def _run(self, command: list[str]) -> str:
        """Run a command to its end and return what it printed."""
        try:
            done = run_to_end(command)
        except OSError as error:
            raise EdgebertError(
                f"{self.name}: {command[0]} cannot be started ({error.strerror})"
            ) from error
        if done.returncode != 0:
            lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
            raise EdgebertError(f"{self.name}: {self.explain(done.returncode, lines)}")
        return done.stdout
