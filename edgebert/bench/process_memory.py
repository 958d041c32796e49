"""How much memory this process has, as Linux tells it in /proc/self; sizes in bytes."""

from pathlib import Path

PROCESS = Path("/proc/self")


def resident_bytes() -> int | None:
    """Return the resident set size (RSS) now, or None where the system does not tell."""
    return _size("status", "VmRSS")


def peak_resident_bytes() -> int | None:
    """Return the largest resident set size so far, or None where the system does not tell."""
    return _size("status", "VmHWM")


def proportional_bytes() -> int | None:
    """Return the proportional set size (PSS) now, or None where the system does not tell."""
    return _size("smaps_rollup", "Pss")


def _size(file: str, field: str) -> int | None:
    """Read a field such as "VmRSS:  123 kB"; its kB are 1024 bytes."""
    try:
        text = (PROCESS / file).read_text("ascii", errors="replace")
    except OSError:
        return None
    for line in text.splitlines():
        name, _, value = line.partition(":")
        number = value.removesuffix("kB").strip()
        if name == field and number.isdecimal():
            return int(number) * 1024
    return None
