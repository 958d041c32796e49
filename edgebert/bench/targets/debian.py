"""Packages of Debian for another machine: fetched and checked by this machine's apt.

apt verifies Debian's signature of the index and the index's hash of every package. It works in a
folder of its own: nothing is installed here, and its configuration, a proxy for example, counts.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from edgebert.errors import EdgebertError

SUITE = "trixie"
MIRROR = "http://deb.debian.org/debian"
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
TOOLS = ("apt-get", "dpkg-deb", "tar")


class DebianArchive:
    """The packages of one architecture, with an index as it is at the first use."""

    def __init__(self, folder: Path, architecture: str, suite: str = SUITE) -> None:
        """Take a folder for apt's state; it is made if it is not there.

        Args:
            folder: for this architecture and suite alone.
            architecture: as Debian has it ("arm64").
            suite: the code name of a release.

        Raises:
            EdgebertError: this machine has no apt or not Debian's keys, or the index cannot be
                fetched.

        """
        _check_tools()
        self._folder = folder.resolve()
        self._architecture = architecture
        (self._folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (self._folder / "status").touch()
        source = f"deb [signed-by={KEYS}] {MIRROR} {suite} main\n"
        (self._folder / "sources.list").write_text(source)
        self._apt("update", "--error-on=any")

    def fetch(self, names: Sequence[str], folder: Path) -> list[Path]:
        """Fetch packages with everything that they depend on.

        Args:
            names: of the packages.
            folder: for these packages alone; those that are there already are not fetched again.

        Raises:
            EdgebertError: there is no such package, or it cannot be fetched.

        """
        (folder / "partial").mkdir(parents=True, exist_ok=True)
        archives = ("-o", f"Dir::Cache::archives={folder.resolve()}")
        self._apt(*archives, "install", "--download-only", "--yes", "--", *names)
        return sorted(folder.glob("*.deb"))

    def fetch_alone(self, name: str, folder: Path) -> Path:
        """Fetch one package without what it depends on; see `fetch`."""
        folder.mkdir(parents=True, exist_ok=True)
        self._apt("download", "--", name, folder=folder)
        return next(folder.glob(f"{name}_*.deb"))

    def _apt(self, *arguments: str, folder: Path | None = None) -> None:
        command = ["apt-get", "-qq", *_options(self._folder, self._architecture), *arguments]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if line.startswith("E: ")]
            reason = lines[0].removeprefix("E: ") if lines else f"status {done.returncode}"
            raise EdgebertError(f"Debian's packages cannot be fetched, apt-get said: {reason}")


def unpack(packages: Sequence[Path], root: Path) -> None:
    """Unpack packages into a folder, as root of a file system; their scripts are not run.

    Raises:
        EdgebertError: one cannot be unpacked.

    """
    root.mkdir(parents=True, exist_ok=True)
    for package in packages:
        with subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE
        ) as source:
            # A package may bring a folder where another brought a link to one, as /lib.
            command = ["tar", "-x", "--no-same-owner", "--keep-directory-symlink", "-C", str(root)]
            done = subprocess.run(command, stdin=source.stdout, capture_output=True, check=False)
        if source.returncode or done.returncode:
            raise EdgebertError(f"{package.name}: cannot be unpacked into {root}; is there room?")


def _check_tools() -> None:
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if missing:
        raise EdgebertError(
            f"Debian's packages are fetched by {missing[0]}, which this machine lacks; "
            "do it on Debian or Ubuntu"
        )
    if not KEYS.exists():
        raise EdgebertError(
            f"Debian's packages cannot be checked here: {KEYS} is missing; "
            "apt-get install debian-archive-keyring"
        )


def _options(folder: Path, architecture: str) -> list[str]:
    settings = {
        "Dir::State": folder,
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder,
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Install-Recommends": "false",
        # Another user could not write into a folder of ours.
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "Debug::NoLocking": "true",
    }
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
