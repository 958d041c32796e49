"""Reading values that Linux shows as small files under /sys."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SYS = Path("/sys")


def read_value(path: Path) -> str:
    """Return what a file holds, without white space around it; nothing where it cannot be read."""
    with suppress(OSError):
        return path.read_text("utf-8", errors="replace").strip()
    return ""


def read_number(path: Path) -> int | None:
    """Return the whole number that a file holds, or None."""
    value = read_value(path)
    return int(value) if value.isascii() and value.removeprefix("-").isdecimal() else None


def read_values(folder: Path, pattern: str) -> Iterator[str]:
    """Yield what the files of a pattern hold, in the order of their paths; empty ones are left out.

    Args:
        folder: where to look.
        pattern: as `Path.glob` has it.
    """
    for path in sorted(folder.glob(pattern)):
        value = read_value(path)
        if value:
            yield value
