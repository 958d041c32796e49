"""How many instructions one inference takes on an emulated processor."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from emulation import Emulator, run

from edgebert.bundle import Bundle
from edgebert.engines import engine_for
from edgebert.errors import EdgebertError

PLUGIN = Path(__file__).with_name("plugin.c")
GUEST = Path(__file__).with_name("guest_count.py")
COMPILER = "gcc"
# The first inferences make what later ones find made: methods, workspaces, packed weights.
WARM_UPS = 2
INFERENCES = 4


@dataclass(frozen=True)
class Tally:
    """Instructions, all of them and by what they multiply.

    Attributes:
        instructions: all.
        sdot: dot products of int8, 16 products each.
        smmla: products of int8 matrices, 32 products each.
        widening: int8 or int16 to twice the width, 8 or 4 products each.
        fmla: of floats, 4 products each.

    """

    instructions: int
    sdot: int
    smmla: int
    widening: int
    fmla: int

    def __sub__(self, other: Tally) -> Tally:
        """What was executed since another moment."""
        return Tally(*(a - b for a, b in zip(self._numbers, other._numbers, strict=True)))

    def __floordiv__(self, count: int) -> Tally:
        """One of so many equal parts."""
        return Tally(*(number // count for number in self._numbers))

    @property
    def _numbers(self) -> tuple[int, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True)
class Request:
    """What guest_count.py is to run: fields of `ArtifactSpec`, and for each of `tokens` some runs.

    Attributes:
        threads: for the engine; None where it has no setting, and takes as many as there are cores.
        tokens: buckets to run.
        inferences: how many in each.
        is_foreign: a .tflite of another tool, for one length, with outputs that may be int8.

    """

    engine: str
    path: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    buckets: tuple[int, ...]
    threads: int | None
    tokens: tuple[int, ...]
    inferences: int = WARM_UPS + INFERENCES
    is_foreign: bool = False


def build_plugin(folder: Path) -> Path:
    """Compile the plugin that counts.

    Args:
        folder: where to.

    Raises:
        EdgebertError: there is no compiler, or it fails.

    """
    if shutil.which(COMPILER) is None:
        raise EdgebertError(f"the counting plugin is compiled by {COMPILER}: apt-get install gcc")
    library = folder / "counting.so"
    command = [COMPILER, "-O2", "-shared", "-fPIC", "-o", str(library), str(PLUGIN)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise EdgebertError(f"{PLUGIN.name}: cannot be compiled ({done.stderr.strip()[:200]})")
    return library


def request_for(bundle: Bundle, backend: str, mode: str, tokens: Sequence[int]) -> Request:
    """Say what is to be run of a bundle's artifact."""
    manifest, engine = bundle.manifest, engine_for(backend).name
    return Request(
        engine=engine,
        path=str(bundle.verified(bundle.artifact(backend, mode).path).resolve()),
        inputs=manifest.inputs,
        outputs=tuple(output.name for output in manifest.outputs),
        buckets=manifest.buckets,
        threads=None if engine == "executorch" else 1,
        tokens=tuple(tokens),
    )


def count(emulator: Emulator, plugin: Path, request: Request) -> tuple[str, dict[int, Tally]]:
    """Count one inference in each bucket.

    The totals after `WARM_UPS` inferences and after all of them are taken, so that what comes
    before and what is done once cancel; what the mark itself takes is taken off.

    Returns:
        The engine's version, and the counts by tokens.

    Raises:
        EdgebertError: the program did not come to its end.

    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        arguments = json.dumps(asdict(request))
        command = emulator.counting_command(GUEST, arguments, plugin=plugin, log=log)
        done = run(command)
        if done.returncode:
            lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
            raise EdgebertError(
                f"{request.engine} on {emulator.processor.name}: {lines[-1][:200]}; "
                f"expected it to run {request.path}"
            )
        marks = _read_marks(log)
    version = done.stdout.splitlines()[-1]  # libraries may have printed before
    return version, {tokens: _one(marks[tokens], request) for tokens in request.tokens}


def _read_marks(log: Path) -> dict[int, list[Tally]]:
    marks: dict[int, list[Tally]] = {}
    for line in log.read_text().splitlines():
        word, *numbers = line.split()
        if word == "mark":
            argument, *totals = map(int, numbers)
            marks.setdefault(argument, []).append(Tally(*totals))
    return marks


def _one(marks: Sequence[Tally], request: Request) -> Tally:
    first, second, *after = marks
    if len(after) != request.inferences:
        raise EdgebertError(f"found {len(after)} marks, expected {request.inferences}")
    counted = request.inferences - WARM_UPS
    return (after[-1] - after[WARM_UPS - 1]) // counted - (second - first)
