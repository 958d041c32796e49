"""Looks over this machine: system, CPU, memory, engines, packages."""

import os
import platform
from importlib import metadata
from pathlib import Path

import msgspec

from edgebert.doctor.advice import EXPORT_PACKAGES, advise
from edgebert.doctor.cpu import Cpu, read_cpu
from edgebert.engines import ENGINES


class Memory(msgspec.Struct, frozen=True):
    """Main memory in bytes: all there is, and what programs could still get."""

    total: int
    available: int | None


class EngineState(msgspec.Struct, frozen=True):
    """An engine and the installed version of its runtime, None where it is missing."""

    name: str
    backend: str
    version: str | None


class Diagnosis(msgspec.Struct, frozen=True):
    """What `edgebert doctor` reports.

    Attributes:
        edgebert: the installed version of this package, None where it runs from a checkout.
        python: the version.
        system: the operating system with its release.
        machine: the architecture, as ``uname -m`` has it.
        cpu: the processor.
        memory: None where the system does not tell.
        engines: every engine, installed or not.
        packages: of what exporting needs, the installed version or None.
        advice: what to do, in plain words, most important first.
    """

    edgebert: str | None
    python: str
    system: str
    machine: str
    cpu: Cpu
    memory: Memory | None
    engines: tuple[EngineState, ...]
    packages: dict[str, str | None]
    advice: tuple[str, ...]


def diagnose() -> Diagnosis:
    """Look over this machine. Nothing is imported that could be slow or fail."""
    cpu = read_cpu()
    machine = platform.machine()
    engines = tuple(
        EngineState(engine.name, engine.backend, engine.version()) for engine in ENGINES.values()
    )
    packages = {name: package_version(name) for name in EXPORT_PACKAGES}
    return Diagnosis(
        edgebert=package_version("edgebert"),
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()}",
        machine=machine,
        cpu=cpu,
        memory=_read_memory(),
        engines=engines,
        packages=packages,
        advice=advise(
            machine,
            cpu.features,
            engines={engine.name: engine.version for engine in engines},
            packages=packages,
        ),
    )


def package_version(name: str) -> str | None:
    """Return the version of an installed distribution, or None; the package is not imported."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def parse_meminfo(text: str) -> Memory | None:
    """Read the text of /proc/meminfo; its "kB" are 1024 bytes."""
    sizes: dict[str, int] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        number, _, unit = value.strip().partition(" ")
        if number.isdecimal() and unit == "kB":
            sizes[key] = int(number) * 1024
    if "MemTotal" not in sizes:
        return None
    return Memory(sizes["MemTotal"], sizes.get("MemAvailable"))


def _read_memory() -> Memory | None:
    try:
        return parse_meminfo(Path("/proc/meminfo").read_text("ascii", errors="replace"))
    except OSError:
        pass
    try:
        return Memory(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), None)
    except (AttributeError, ValueError, OSError):  # not on Windows
        return None
