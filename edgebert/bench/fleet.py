"""Many devices: a file that names them, how many at once, and another try for one that fails."""

import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.toml_file import TOML_ERRORS

T = TypeVar("T")


class Fleet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Devices and how to go about them.

    Attributes:
        targets: as `--target` takes them; one that occurs twice counts once.
        concurrent: how many at once; 0 takes all.
        retries: tries after the first for a device that fails; a wrong answer is no such failure.
        pause_s: seconds before another try.
    """

    targets: tuple[str, ...]
    concurrent: int = 0
    retries: int = 1
    pause_s: float = 30.0


ALL_AT_ONCE = Fleet((), retries=0)
"""How targets are gone about that no file names."""


def read_fleet(path: Path) -> Fleet:
    """Read a fleet's TOML file.

    Raises:
        EdgebertError: it cannot be read, is no TOML, or holds what a fleet has not.
    """
    try:
        fleet = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Fleet)
    except OSError as error:
        raise EdgebertError(f"--targets {path}: cannot be read ({error.strerror})") from error
    except msgspec.ValidationError as error:
        fields = ", ".join(Fleet.__struct_fields__)
        raise EdgebertError(f"--targets {path}: {error}; the fields are {fields}") from error
    except TOML_ERRORS as error:
        raise EdgebertError(f"--targets {path}: is no TOML ({error})") from error
    if not fleet.targets:
        raise EdgebertError(f'--targets {path}: names no device, expected targets = ["ssh:..."]')
    for name, value in (
        ("concurrent", fleet.concurrent),
        ("retries", fleet.retries),
        ("pause_s", fleet.pause_s),
    ):
        if not 0 <= value < float("inf"):
            raise EdgebertError(f"--targets {path}: found {name} = {value:g}, expected 0 or more")
    return fleet


def try_again(
    work: Callable[[], T], fleet: Fleet, stopped: threading.Event, say: Callable[[str], None]
) -> tuple[T | EdgebertError, int]:
    """Do something on a device until it succeeds or tries run out.

    Args:
        work: it goes on where it was; an answer that was wrong is not asked for again.
        fleet: says how often and after which pause.
        stopped: ends trying; may be set from another thread.
        say: takes the error of each try that is followed by another.

    Returns:
        What came of the last try, and how many there were.
    """
    for number in range(1, fleet.retries + 2):
        try:
            return work(), number
        except EdgebertError as error:
            last = number > fleet.retries or isinstance(error, CheckFailedError)
            if last or stopped.is_set():
                return error, number
            say(f"{error}; tries again in {fleet.pause_s:g} s")
            if stopped.wait(fleet.pause_s):
                return error, number
    raise AssertionError("there is a first try")
