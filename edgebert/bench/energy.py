"""Counters of energy that a device offers: Linux's powercap zones and hwmon sensors."""

from collections.abc import Iterator
from pathlib import Path

from edgebert.bench.sysfs import read_number, read_value

MICRO = 1e-6


def read_joules(root: Path) -> dict[str, float]:
    """Return the joules of each counter since some moment of its own; empty where there is none.

    Of powercap the outermost zones alone, such as a CPU's whole package: the others are within.
    A counter may begin again at 0. On most systems only root may read them.

    Args:
        root: where sysfs is mounted.
    """
    return dict((*_powercap(root / "class/powercap"), *_hwmon(root / "class/hwmon")))


def _powercap(folder: Path) -> Iterator[tuple[str, float]]:
    for zone in sorted(folder.glob("*:*")):
        energy = read_number(zone / "energy_uj")
        if zone.name.count(":") == 1 and energy is not None:
            yield f"{zone.name} {read_value(zone / 'name')}".strip(), energy * MICRO


def _hwmon(folder: Path) -> Iterator[tuple[str, float]]:
    for sensor in sorted(folder.glob("hwmon*/energy*_input")):
        energy = read_number(sensor)
        if energy is not None:
            label = read_value(sensor.with_name(sensor.name.replace("_input", "_label")))
            name = label or sensor.name.removesuffix("_input")
            yield f"{sensor.parent.name} {name}", energy * MICRO
