"""Which worker processes run: found in /proc, whoever started them."""

import time
from pathlib import Path


def workers_under(ancestor: int) -> list[int]:
    """Return the running workers that descend from a process, but no ssh that waits for one."""
    return [
        pid
        for pid in [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
        if _is_worker(pid) and ancestor in _ancestors(pid)
    ]


def await_none_under(ancestor: int, seconds: float = 20) -> None:
    """Wait until no worker runs any more."""
    for _ in range(int(seconds / 0.1)):
        if not workers_under(ancestor):
            return
        time.sleep(0.1)
    raise AssertionError(f"still running: {workers_under(ancestor)}")


def _is_worker(pid: int) -> bool:
    arguments = _read(pid, "cmdline").split("\0")
    return arguments[1:3] == ["-m", "edgebert.bench.worker"]


def _ancestors(pid: int) -> set[int]:
    found: set[int] = set()
    while pid > 1:
        parent = _read(pid, "stat").rpartition(")")[2].split()[1:2]
        pid = int(parent[0]) if parent else 0
        found.add(pid)
    return found


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:  # it has just ended
        return ""
