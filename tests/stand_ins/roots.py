"""What the stand-ins are made of: Debian's packages for ARM, and a few files of our own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from edgebert.bench.targets.debian import DebianArchive, unpack
from edgebert.bench.targets.userland import PLATFORM, fetch_root
from edgebert.bench.targets.wheels import target_options
from edgebert.errors import EdgebertError

Fetch = Callable[[Path, Path], None]

HOST, DEVICE = "amd64", "arm64"
PI = (
    "python3",
    "libstdc++6",
    "libgomp1",
    "openssh-server",
    "openssh-sftp-server",
    "bash",
    "coreutils",
    "base-files",
    "systemd-standalone-sysusers",  # in place of systemd itself
)
# Android's own shell is mksh, and its commands are toybox's.
PHONE = ("adbd", "mksh", "toybox", "base-files")
COMMANDS = (
    *("[", "cat", "chmod", "cp", "cut", "echo", "env", "false", "grep", "head", "id", "kill"),
    *("ls", "mkdir", "mktemp", "mv", "pidof", "printf", "ps", "pwd", "rm", "rmdir", "sed"),
    *("sha256sum", "sleep", "sort", "stat", "tail", "tar", "test", "touch", "true", "uname"),
)
# The last release whose qemu-user is linked dynamically, without which it loads no plugins.
COUNTING_SUITE = "bookworm"
CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
# With executorch's own package would come torch.
ENGINES = ("msgspec", "ai-edge-litert", "onnxruntime", "executorch-numpy-runtime==1.4.0")
PHONE_FOLDERS = ("system/bin", "data/local/tmp", "data/misc/adb", "storage", "apex")


def fetch_qemu(folder: Path, scratch: Path) -> None:
    """Only the emulator of one architecture, which is linked statically."""
    package = DebianArchive(scratch / "apt", HOST).fetch_alone("qemu-user", scratch / "packages")
    unpack([package], scratch / "root")
    folder.mkdir()
    shutil.copy(scratch / "root/usr/bin/qemu-aarch64", folder)


def fetch_counting_qemu(folder: Path, scratch: Path) -> None:
    """An emulator that counts, with its own loader and libraries, for any x86-64 Linux."""
    archive = DebianArchive(scratch / "apt", HOST, COUNTING_SUITE)
    root = scratch / "root"
    unpack(archive.fetch(["qemu-user"], scratch / "packages"), root)
    (folder / "lib").mkdir(parents=True)
    for place in ("lib", "usr/lib"):
        for path in (root / place / "x86_64-linux-gnu").glob("*.so*"):
            shutil.copy(path, folder / "lib" / path.name)
    shutil.copy(root / "usr/bin/qemu-aarch64", folder)


def fetch_engines(folder: Path, scratch: Path) -> None:
    """The engines with numpy, for the Python of the part "python", in the tested versions."""
    options = [*target_options(folder, PLATFORM), "--constraint", str(CONSTRAINTS)]
    command = [sys.executable, "-m", "pip", "install", "--quiet", *options, *ENGINES]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        raise EdgebertError(f"pip install failed: {errors[-1] if errors else done.returncode}")


def fetch_adb(folder: Path, scratch: Path) -> None:
    """Debian's adb with its own loader and libraries, so that it runs on any x86-64 Linux."""
    packages = DebianArchive(scratch / "apt", HOST).fetch(["adb"], scratch / "packages")
    unpack(packages, folder / "root")
    (folder / "bin").mkdir()
    program = folder / "bin/adb"
    program.write_text(
        '#!/bin/sh\nroot="$(dirname "$0")/../root"\nlibraries="$root/usr/lib/x86_64-linux-gnu"\n'
        'exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/android" '
        '--argv0 adb "$root/usr/lib/android-sdk/platform-tools/adb" "$@"\n'
    )
    program.chmod(0o755)


def fetch_pi(folder: Path, scratch: Path) -> None:
    """A board with Debian, as Raspberry Pi OS is one: Python, sshd, a user pi."""
    _fetch_device(PI, folder, scratch)
    (folder / "etc/passwd").write_text(
        "root:x:0:0:root:/root:/bin/bash\npi:x:1000:1000:pi:/home/pi:/bin/bash\n"
        "sshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n"
    )
    (folder / "etc/group").write_text("root:x:0:\npi:x:1000:\nnogroup:x:65534:\ntty:x:5:\n")
    (folder / "run/sshd").mkdir(parents=True, exist_ok=True)
    home = folder / "home/pi"
    home.mkdir(mode=0o755)
    os.chown(home, 1000, 1000)


def fetch_phone(folder: Path, scratch: Path) -> None:
    """A device with adbd, the shell and the commands of Android, and no Python."""
    _fetch_device(PHONE, folder, scratch)
    for name in PHONE_FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in COMMANDS:
        (folder / "system/bin" / name).symlink_to("/usr/bin/toybox")
    for place in ("system/bin/sh", "usr/bin/sh"):
        (folder / place).symlink_to("/usr/bin/mksh")


def _fetch_device(names: tuple[str, ...], folder: Path, scratch: Path) -> None:
    packages = DebianArchive(scratch / "apt", DEVICE).fetch(names, scratch / "packages")
    unpack(packages, folder)
    for name in ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/include"):
        shutil.rmtree(folder / name, ignore_errors=True)
    listed = [name for package in packages for name in _name_and_version(package)]
    (folder / "packages.txt").write_text("".join(f"{line}\n" for line in listed))


def _name_and_version(package: Path) -> list[str]:
    command = ["dpkg-deb", "--show", str(package)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


PARTS: dict[str, Fetch] = {
    "qemu": fetch_qemu,
    "adb": fetch_adb,
    "pi": fetch_pi,
    "phone": fetch_phone,
    "python": fetch_root,  # what edgebert benchmark --target adb --install fetches
    "counting": fetch_counting_qemu,
    "engines": fetch_engines,
}
