"""The machine that is measured on: what it is, and the state it is in."""

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from edgebert.bench.energy import read_joules
from edgebert.bench.sysfs import SYS, read_number, read_value, read_values
from edgebert.bench.throttling import read_throttling
from edgebert.doctor import Cpu
from edgebert.doctor.cpu import read_cpu
from edgebert.doctor.diagnosis import package_version


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


class Conditions(msgspec.Struct, frozen=True, omit_defaults=True):
    """What changes while a device works; empty or None where the system does not tell.

    Attributes:
        time: UTC, ISO 8601.
        load: processes that ran or waited for a core, on average over the last minute.
        governors: the clock governors in use.
        megahertz: each core's clock now.
        celsius: temperature by name of the sensor.
        throttling: in words, what holds the CPU back; the apps leave it out.
        joules: by counter, energy since some moment of its own; the apps leave it out.
    """

    time: str
    load: float | None
    governors: tuple[str, ...]
    megahertz: tuple[int, ...]
    celsius: dict[str, float]
    throttling: tuple[str, ...] = ()
    joules: dict[str, float] = {}


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
        governors=tuple(sorted(set(read_values(policies, "cpu[0-9]*/cpufreq/scaling_governor")))),
        megahertz=tuple(
            int(kilohertz) // 1000
            for kilohertz in read_values(policies, "cpu[0-9]*/cpufreq/scaling_cur_freq")
            if kilohertz.isdecimal()
        ),
        celsius=read_temperatures(root),
        throttling=read_throttling(root),
        joules=read_joules(root),
    )


def read_temperatures(root: Path = SYS) -> dict[str, float]:
    """Return degrees Celsius by the name of the sensor; empty where the system does not tell.

    Args:
        root: where sysfs is mounted.
    """
    return dict(_temperatures(root / "class/thermal"))


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


def _temperatures(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield the thermal zones, whose files hold thousandths of a degree."""
    for zone in sorted(folder.glob("thermal_zone*")):
        thousandths = read_number(zone / "temp")
        if thousandths is not None:
            yield f"{zone.name} {read_value(zone / 'type')}".strip(), thousandths / 1000
