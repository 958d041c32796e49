"""What holds a CPU back: cooling devices of Linux, and the firmware of a Raspberry Pi."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from edgebert.bench.sysfs import read_number, read_value

# Bits of `vcgencmd get_throttled`, as Raspberry Pi's documentation numbers them. Those from 16 on
# stay set until the board is booted again.
FIRMWARE = {
    0: "under-voltage",
    1: "clock capped",
    2: "throttled",
    3: "soft temperature limit",
    16: "under-voltage since boot",
    17: "clock capped since boot",
    18: "throttled since boot",
    19: "soft temperature limit since boot",
}

VCGENCMD = "vcgencmd"
PATIENCE_S = 5.0

# Types of cooling devices that slow a CPU; fans are cooling devices too, and slow nothing.
_SLOWING = ("processor", "cpufreq", "cpuidle", "cpu-cluster")


def read_throttling(root: Path) -> tuple[str, ...]:
    """Return in words what holds the CPU back now, or did since boot; empty if nothing does.

    Args:
        root: where sysfs is mounted.
    """
    return (*_cooling(root / "class/thermal"), *_firmware())


def names_of(flags: int) -> tuple[str, ...]:
    """Return the meanings of the bits that `vcgencmd get_throttled` shows."""
    return tuple(name for bit, name in FIRMWARE.items() if flags >> bit & 1)


def _cooling(folder: Path) -> Iterator[str]:
    """Yield the cooling devices of CPUs that are at work; their state 0 is no cooling."""
    for device in sorted(folder.glob("cooling_device*")):
        kind, state = read_value(device / "type"), read_number(device / "cur_state")
        if state and any(name in kind.lower() for name in _SLOWING):
            yield f"{kind} {state} of {read_number(device / 'max_state')}"


def _firmware() -> tuple[str, ...]:
    """Ask a Raspberry Pi's firmware; its answer is like throttled=0x50000."""
    command = shutil.which(VCGENCMD)
    if command is None:
        return ()
    try:
        done = subprocess.run(
            [command, "get_throttled"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
        )
        return names_of(int(done.stdout.partition(b"=")[2], 16))
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return ()
