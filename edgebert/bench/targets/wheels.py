"""Packages for a device, installed on the host: the device needs neither pip nor a network."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgebert.errors import EdgebertError

# The extra that installs an engine's runtime.
EXTRAS = {"litert": "litert", "onnxruntime": "onnx"}
# ExecuTorch's own package needs torch, too much for a board. This one has its runtime alone; it
# comes from another author, with an older ExecuTorch, so only on request.
ON_REQUEST = {"executorch": "executorch-numpy-runtime"}
CHECKOUT = Path(__file__).parents[3]
SOURCES = ("edgebert", "pyproject.toml", "README.md", "LICENSE")
# Names of Linux systems by their C library, newest first, as wheels have them.
_LIBRARIES = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014")


@dataclass(frozen=True)
class Platform:
    """A device's Python ("3.11") and architecture ("aarch64")."""

    python: str
    machine: str


def install_for(
    folder: Path, platform: Platform, engines: Sequence[str], wheel: Path | None
) -> None:
    """Install on this machine, into a folder, everything that the worker needs on a device.

    Args:
        folder: where to; the device is to have it, or what is in it, on its path.
        platform: the device's.
        engines: names of engines, those of `EXTRAS` and `ON_REQUEST`.
        wheel: edgebert's own wheel; None builds it from the checkout that runs.

    Raises:
        EdgebertError: no wheel of edgebert, and no checkout to build it from; something that there
            is no wheel of for the device, or no network.

    """
    extras = ",".join(EXTRAS[name] for name in engines if name in EXTRAS)
    others = [ON_REQUEST[name] for name in engines if name in ON_REQUEST]
    with tempfile.TemporaryDirectory() as scratch:
        own = _own_wheel(Path(scratch), wheel)
        _pip(
            "install",
            *target_options(folder, platform),
            f"edgebert[{extras}] @ {own.resolve().as_uri()}",
            *others,
        )


def target_options(folder: Path, platform: Platform) -> list[str]:
    """Return what tells `pip install` to fill a folder with wheels for another machine."""
    return [
        f"--target={folder}",
        "--only-binary=:all:",
        "--implementation=cp",
        f"--python-version={platform.python}",
        *(f"--platform={name}_{platform.machine}" for name in _LIBRARIES),
        # This Python's byte code may be none for the device's.
        "--no-compile",
    ]


def _own_wheel(folder: Path, wheel: Path | None) -> Path:
    if wheel is not None:
        if wheel.suffix != ".whl" or not wheel.is_file():
            raise EdgebertError(f"--wheel {wheel}: no such file; expected a wheel of edgebert")
        return wheel
    missing = [name for name in SOURCES if not (CHECKOUT / name).exists()]
    if missing:
        raise EdgebertError(
            "--install: edgebert does not run from a checkout here, so its wheel cannot be built; "
            "give it with --wheel"
        )
    # In a copy: a build leaves folders behind, and takes stale files from them the next time.
    with tempfile.TemporaryDirectory() as scratch:
        for name in SOURCES:
            source, copy = CHECKOUT / name, Path(scratch, name)
            shutil.copytree(source, copy) if source.is_dir() else shutil.copy(source, copy)
        _pip("wheel", "--no-deps", f"--wheel-dir={folder}", scratch)
    return next(folder.glob("edgebert-*.whl"))


def _pip(verb: str, *arguments: str) -> None:
    """Run this Python's pip."""
    command = [sys.executable, "-m", "pip", verb, "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        reason = lines[-1].removeprefix("ERROR: ") if lines else f"status {done.returncode}"
        raise EdgebertError(f"--install: pip {verb} failed on this machine ({reason})")
