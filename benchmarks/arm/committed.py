"""The committed counts: counts.jsonl, one count a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

COUNTS = Path(__file__).with_name("counts.jsonl")
# What an engine of the same version may take more: other weights, other compilers of the artifact.
MOST_GROWTH = 0.02


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One count.

    Attributes:
        model: layers and width of a SqueezeBERT with random weights, "6x384".
        groups: its groups.
        seed: what its weights were drawn with.
        backend: the artifact's.
        mode: the artifact's.
        engine: what ran it.
        version: the engine's.
        processor: a name of `emulation.PROCESSORS`.
        tokens: of the bucket; none is padding.
        instructions: of one inference.
        sdot: how many of these are dot products of int8; likewise the others, see `Tally`.
        smmla: products of int8 matrices.
        widening: int8 or int16 to twice the width.
        fmla: of floats.
        between_runs: by how many instructions a second process differed; None if there was none.

    """

    model: str
    groups: int
    seed: int
    backend: str
    mode: str
    engine: str
    version: str
    processor: str
    tokens: int
    instructions: int
    sdot: int
    smmla: int
    widening: int
    fmla: int
    between_runs: int | None = None

    @property
    def key(self) -> tuple[str, int, str, str, str]:
        """What was counted, without what came out."""
        return (self.model, self.tokens, self.backend, self.mode, self.processor)

    @property
    def name(self) -> str:
        """The same, to be read."""
        return f"{self.model} {self.backend} {self.mode}, {self.tokens} tokens, {self.processor}"


def read_counts(path: Path = COUNTS) -> dict[tuple[str, int, str, str, str], Record]:
    """Read the counts by their keys."""
    lines = path.read_bytes().splitlines() if path.exists() else []
    records = (msgspec.json.decode(line, type=Record) for line in lines)
    return {record.key: record for record in records}


def write_counts(records: Iterable[Record], path: Path = COUNTS) -> None:
    """Replace the counts of the same keys, keep the others."""
    merged = {**read_counts(path), **{record.key: record for record in records}}
    lines = [msgspec.json.encode(merged[key]) + b"\n" for key in sorted(merged)]
    fresh = path.with_suffix(".new")
    fresh.write_bytes(b"".join(lines))
    fresh.replace(path)


def find_growth(record: Record, path: Path = COUNTS) -> str | None:
    """Return in one line that a count is more than the committed one allows, or None."""
    before = read_counts(path).get(record.key)
    if before is None:
        return f"{record.name}: has no committed count; count it with --write"
    if record.instructions <= before.instructions * (1 + MOST_GROWTH):
        return None
    growth = record.instructions / before.instructions - 1
    return (
        f"{record.name}: {record.instructions} instructions on {record.engine} {record.version}, "
        f"{growth:+.1%} over {before.instructions} on {before.version}, expected at most "
        f"{MOST_GROWTH:+.0%}; if that has to be, count it with --write"
    )


def as_table(records: Sequence[Record]) -> str:
    """Make a Markdown table in millions of instructions, a row an artifact and bucket."""
    names = sorted({record.processor for record in records})
    head = ["model", "tokens", "artifact", "engine", *names]
    lines = [head, ["---"] * 4 + ["---:"] * len(names)]
    found = {record.key: record for record in records}
    rows = dict.fromkeys(
        (r.model, r.tokens, r.backend, r.mode, f"{r.engine} {r.version}")
        for r in sorted(records, key=_order)
    )
    for model, tokens, backend, mode, engine in rows:
        counts = [found.get((model, tokens, backend, mode, name)) for name in names]
        figures = [f"{count.instructions / 1e6:.1f}" if count else "" for count in counts]
        lines.append([model, str(tokens), f"{backend} {mode}", engine, *figures])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _order(record: Record) -> tuple[int, int, str, int]:
    modes = ("static", "dynamic", "fp32")
    layers = int(record.model.partition("x")[0])
    return (layers, record.tokens, record.backend, modes.index(record.mode))
