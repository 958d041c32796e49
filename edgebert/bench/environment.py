"""The machine that is measured on: what it is, and the state it is in."""

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from edgebert.doctor import Cpu
from edgebert.doctor.cpu import read_cpu
from edgebert.doctor.diagnosis import package_version

SYS = Path("/sys")


class Machine(msgspec.Struct, frozen=True):
    """What does not change between two runs on one device.

    Attributes:
        cpu: model, cores and int8 instructions.
        architecture: as ``uname -m`` has it.
        system: the operating system with its release.
        python: the version.
    """

    cpu: Cpu
    architecture: str
    system: str
    python: str


class Conditions(msgspec.Struct, frozen=True):
    """What changes while a device works; empty or None where the system does not tell.

    Attributes:
        time: UTC, ISO 8601.
        load: processes that ran or waited for a core, on average over the last minute.
        governors: the clock governors in use.
        megahertz: each core's clock now.
        celsius: temperature by name of the sensor.
    """

    time: str
    load: float | None
    governors: tuple[str, ...]
    megahertz: tuple[int, ...]
    celsius: dict[str, float]


def read_machine() -> Machine:
    """Describe this machine."""
    return Machine(
        cpu=read_cpu(),
        architecture=platform.machine(),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
    )


def read_conditions(root: Path = SYS) -> Conditions:
    """Read the state this machine is in.

    Args:
        root: where sysfs is mounted.
    """
    policies = root / "devices/system/cpu"
    return Conditions(
        time=utc_now(),
        load=_load(),
        governors=tuple(sorted(set(_values(policies, "cpu[0-9]*/cpufreq/scaling_governor")))),
        megahertz=tuple(
            int(kilohertz) // 1000
            for kilohertz in _values(policies, "cpu[0-9]*/cpufreq/scaling_cur_freq")
            if kilohertz.isdecimal()
        ),
        celsius=dict(_temperatures(root / "class/thermal")),
    )


def edgebert_version() -> str:
    """Return the installed version of this package."""
    return package_version("edgebert") or "from a checkout"


def utc_now() -> str:
    """Return the time, UTC, in ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _load() -> float | None:
    with suppress(OSError, AttributeError):  # not on Windows
        return round(os.getloadavg()[0], 2)
    return None


def _values(folder: Path, pattern: str) -> Iterator[str]:
    for path in sorted(folder.glob(pattern)):
        value = _read(path)
        if value:
            yield value


def _temperatures(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield the thermal zones, whose files hold thousandths of a degree."""
    for zone in sorted(folder.glob("thermal_zone*")):
        value = _read(zone / "temp")
        if value.removeprefix("-").isdecimal():
            yield f"{zone.name} {_read(zone / 'type')}".strip(), int(value) / 1000


def _read(path: Path) -> str:
    with suppress(OSError):
        return path.read_text("utf-8", errors="replace").strip()
    return ""
