"""What was made and measured: three files of JSON lines beside this one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from edgebert.whole_file import write_whole

HERE = Path(__file__).parent
ARTIFACTS = HERE / "artifacts.jsonl"
INSTRUCTIONS = HERE / "instructions.jsonl"
LATENCY = HERE / "latency.jsonl"

OWN = "edgebert"
"""The tool, of what edgebert made."""

Key = tuple[str | int, ...]


class Artifact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An artifact that was made, or why it was not.

    Attributes:
        model: architecture and size, "squeezebert-12x768".
        name: of the subject that made it, see `subjects`.
        tool: the package that makes it.
        settings: what it was asked for.
        backend: whose engine runs it.
        length: of the inputs that it was made for, in tokens.
        takes: the lengths of `subjects.TOKENS` that it is run at.
        file: below the folder of artifacts.
        inputs: by name, in their order.
        outputs: the same.
        bytes: its size.
        error: the first line of what went wrong; then there is no file.

    """

    model: str
    name: str
    tool: str
    settings: str
    backend: str
    length: int
    takes: tuple[int, ...]
    file: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    bytes: int | None = None
    error: str | None = None

    @property
    def key(self) -> Key:
        """What tells it from the others."""
        return (self.model, self.name, self.length)


class Instructions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many instructions one inference takes; see benchmarks/arm.

    Attributes:
        model: the artifact's.
        name: the artifact's.
        tokens: of the input; none is padding.
        processor: a name of `emulation.PROCESSORS`.
        engine: what ran it.
        version: the engine's.
        instructions: all of one inference.
        sdot: how many of these are dot products of int8; likewise the others, see `Tally`.
        smmla: products of int8 matrices.
        widening: int8 or int16 to twice the width.
        fmla: of floats.
        error: why there is no count.

    """

    model: str
    name: str
    tokens: int
    processor: str
    engine: str
    version: str = ""
    instructions: int | None = None
    sdot: int = 0
    smmla: int = 0
    widening: int = 0
    fmla: int = 0
    error: str | None = None

    @property
    def key(self) -> Key:
        """What tells it from the others."""
        return (self.model, self.name, self.tokens, self.processor)


class Latency(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How long one inference takes on this machine, in milliseconds.

    Attributes:
        model: the artifact's.
        name: the artifact's; or of PyTorch's way to run the module.
        tokens: of the input; none is padding.
        threads: of the engine.
        engine: what ran it.
        version: the engine's.
        cpu: the machine's.
        load: processes that ran or waited before the first round, on average over a minute.
        rounds: the median of each round, in their order; the n-th of all artifacts belong together.
        median: of the rounds.
        low: lower end of its 95 % bootstrap interval.
        high: upper end.
        ratio: median over the rounds of its time by that of edgebert's static artifact on the same
            engine, with the ends of its interval; empty where there is none.
        error: why there is no time.

    """

    model: str
    name: str
    tokens: int
    threads: int
    engine: str
    version: str = ""
    cpu: str = ""
    load: float | None = None
    rounds: tuple[float, ...] = ()
    median: float | None = None
    low: float | None = None
    high: float | None = None
    ratio: tuple[float, ...] = ()
    error: str | None = None

    @property
    def key(self) -> Key:
        """What tells it from the others."""
        return (self.model, self.name, self.tokens, self.threads)


Record = TypeVar("Record", Artifact, Instructions, Latency)


def read(kind: type[Record], path: Path) -> dict[Key, Record]:
    """Read the records of a file by their keys; none where there is no file."""
    lines = path.read_bytes().splitlines() if path.exists() else []
    records = (msgspec.json.decode(line, type=kind) for line in lines)
    return {record.key: record for record in records}


def write(records: Iterable[Record], kind: type[Record], path: Path) -> None:
    """Replace the records of the same keys, keep the others, in the order of their keys."""
    merged = {**read(kind, path), **{record.key: record for record in records}}
    lines = [msgspec.json.encode(merged[key]) + b"\n" for key in sorted(merged)]
    write_whole(path, b"".join(lines))
