"""A machine for ARM that this one emulates: a root file system in namespaces of its own.

python -m stand_ins.machine says whether this machine can run one.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from stand_ins.fetch import CONTENTS, missing_parts

REQUIRED = "EDGEBERT_REQUIRE_ARM"
CPU = "cortex-a76"
SIZE = "1500m"
INSIDE = Path(__file__).with_name("inside.py")
TOOLS = ("unshare", "nsenter", "mount", "chroot")
PATIENCE_S = 20.0
PARTS = ("qemu", "adb", "pi", "phone", "python")


@dataclass
class Machine:
    """A running machine.

    Attributes:
        init: its first process, as seen from here.
        root: its root file system; a path in its own mount namespace.
        isolated: whether it has a network namespace of its own.
    """

    init: int
    root: Path
    isolated: bool
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def path(self, name: str) -> Path:
        """Return where a file of the machine can be read and written from here."""
        return Path(f"/proc/{self.init}/root{self.root}", name.lstrip("/"))

    def enter(self, *command: object) -> list[str]:
        """Return a command of this machine's programs that runs in the namespaces."""
        network = ["--net"] if self.isolated else []
        nsenter = shutil.which("nsenter")  # by its path: the command's PATH may be the machine's
        target = [nsenter, f"--target={self.init}", "--mount", "--pid", *network, "--"]
        return [*map(str, [*target, *command])]

    def chroot(self, *command: object) -> list[str]:
        """Return a command of the emulated machine's own programs."""
        return self.enter(shutil.which("chroot"), self.root, *command)

    def start(self, command: list[str], **extra: Any) -> subprocess.Popen[bytes]:
        """Start a process that ends with the machine."""
        process = subprocess.Popen(command, **extra)
        self.started.append(process)
        return process

    def run(self, command: list[str]) -> None:
        """Run a command to its end."""
        subprocess.run(command, check=True, capture_output=True)

    def workers(self) -> list[int]:
        """Return the benchmark's workers, by their ids here."""
        namespace = _namespace(self.init)
        processes = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdecimal()]
        return [pid for pid in processes if _namespace(pid) == namespace and _is_worker(pid)]

    def await_no_workers(self) -> None:
        """Wait until no worker runs."""
        begin = time.monotonic()
        while self.workers():
            assert time.monotonic() - begin < PATIENCE_S, f"still running: {self.workers()}"
            time.sleep(0.1)


@contextmanager
def machine(part: str, *, isolated: bool) -> Iterator[Machine]:
    """Run a machine until the block ends; then nothing of it is left.

    Args:
        part: its root file system, by its name in the cache. It is only read: changes are kept in
            memory and vanish.
        isolated: whether it gets a network of its own, in which there is only loopback.
    """
    with tempfile.TemporaryDirectory(prefix="edgebert-stand-in-") as work:
        layout = {
            "lower": str(CONTENTS / part),
            "work": work,
            "size": SIZE,
            "qemu": str(CONTENTS / "qemu" / "qemu-aarch64"),
            "isolated": isolated,
        }
        network = ["--net"] if isolated else []
        namespaces = ["--mount", "--pid", "--fork", "--kill-child", *network]
        command = ["unshare", *namespaces, sys.executable, INSIDE]
        process = subprocess.Popen(
            [*command, json.dumps(layout)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdin
        assert process.stdout
        assert process.stderr
        line = process.stdout.readline().split()
        running = None
        try:
            if not line:
                raise OSError(process.stderr.read().decode(errors="replace").strip())
            running = Machine(int(line[0]), Path(line[1].decode()), isolated)
            yield running
        finally:
            process.stdin.close()
            try:
                process.wait(PATIENCE_S)
            finally:
                process.kill()
            process.stdout.close()
            process.stderr.close()
            for started in running.started if running else []:
                started.kill()
                started.wait()


def require_machines() -> None:
    """Skip the test, loudly, where there can be no stand-in; fail if there has to be one."""
    problem = find_problem()
    if problem is None:
        return
    reason = f"NO ARM STAND-INS: devices are NOT tested here: {problem}"
    if os.environ.get(REQUIRED):
        pytest.fail(reason)
    pytest.skip(reason)


def find_problem() -> str | None:
    """Return why this machine can run no stand-in, or None where it can."""
    missing = missing_parts(PARTS)
    if missing:
        return f"{', '.join(missing)} missing; PYTHONPATH=tests python -m stand_ins.fetch"
    if os.geteuid() != 0:
        return "mounts and namespaces need root"
    tools = [name for name in TOOLS if shutil.which(name) is None]
    if tools:
        return f"{', '.join(tools)} missing"
    try:
        with machine("phone", isolated=True) as tried:
            tried.run(tried.chroot("/system/bin/true"))
    except (OSError, subprocess.SubprocessError) as error:
        return f"this machine cannot run one ({error})"
    return None


def _namespace(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/ns/pid").readlink())
    except OSError:  # it has just ended
        return ""


def _is_worker(pid: int) -> bool:
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"edgebert.bench.worker" in arguments


if __name__ == "__main__":
    sys.exit(find_problem())
