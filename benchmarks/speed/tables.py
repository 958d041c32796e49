"""Prints the tables of README.md from the records.

PYTHONPATH=tests:benchmarks:benchmarks/arm:benchmarks/quality python benchmarks/speed/tables.py
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from records import (
    ARTIFACTS,
    INSTRUCTIONS,
    LATENCY,
    OWN,
    Artifact,
    Instructions,
    Key,
    Latency,
    read,
)

SUFFIXES = {"executorch": ".pte", "litert": ".tflite", "onnx": ".onnx"}
PROCESSOR = "cortex-a76"
"""What artifacts are compared on."""


def instruction_tables(
    artifacts: Iterable[Artifact], counts: Mapping[Key, Instructions]
) -> dict[str, str]:
    """Make a Markdown table a model: sizes, and millions of instructions.

    Args:
        artifacts: all of them, also those that failed.
        counts: by their keys.

    """
    processors = sorted({count.processor for count in counts.values()})
    tables = {}
    made = list(artifacts)
    for model in sorted({artifact.model for artifact in made}, key=model_order):
        lengths = sorted({n for a in made if a.model == model for n in a.takes})
        columns = [(processor, tokens) for processor in processors for tokens in lengths]
        head = ["file", "tool", "settings", "MB"]
        lines = [
            [*head, *(f"{processor}, {tokens}" for processor, tokens in columns), "beside ours"],
            ["---"] * 3 + ["---:"] * (len(columns) + 2),
        ]
        for same in grouped(a for a in made if a.model == model):
            cells = [
                _millions(counts.get((model, same[0].name, tokens, processor)))
                for processor, tokens in columns
            ]
            shown = [*cells, _beside(model, same, counts)]
            errors = list(dict.fromkeys(a.error for a in same if a.error))
            if errors:
                shown[0] = f"failed: `{errors[0]}`"
            lines.append([*_names(same[0]), _size(same), *shown])
        tables[model] = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return tables


def latency_tables(
    artifacts: Iterable[Artifact], times: Mapping[Key, Latency]
) -> dict[tuple[str, int], str]:
    """Make a Markdown table a model and length, in milliseconds.

    Args:
        artifacts: all of them.
        times: by their keys.

    """
    made = {(artifact.model, artifact.name): artifact for artifact in artifacts}
    threads = sorted({time.threads for time in times.values()})
    tables = {}
    for model, tokens in sorted(
        {(time.model, time.tokens) for time in times.values()},
        key=lambda pair: (model_order(pair[0]), pair[1]),
    ):
        head = ["file", "tool", "settings"]
        titles = [t for n in threads for t in (f"ms, {_threads(n)}", "beside ours")]
        lines = [[*head, *titles], ["---"] * 3 + ["---:"] * len(titles)]
        names = [t.name for t in times.values() if (t.model, t.tokens) == (model, tokens)]
        known = [made[model, name] for name in dict.fromkeys(names) if (model, name) in made]
        rows = [(_names(same[0]), same[0].name) for same in grouped(known)]
        rows += [
            (["", "transformers", name.partition("-")[2]], name)
            for name in dict.fromkeys(names)
            if (model, name) not in made
        ]
        for cells, name in rows:
            found = [times.get((model, name, tokens, n)) for n in threads]
            lines.append([*cells, *(cell for time in found for cell in _time(time))])
        tables[model, tokens] = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return tables


def grouped(artifacts: Iterable[Artifact]) -> list[list[Artifact]]:
    """Put together what differs in its length only; by file format, edgebert's first."""
    groups: dict[str, list[Artifact]] = {}
    for artifact in artifacts:
        groups.setdefault(artifact.name, []).append(artifact)
    return sorted(
        groups.values(),
        key=lambda same: (same[0].backend, same[0].tool != OWN, same[0].tool, same[0].name),
    )


def model_order(model: str) -> tuple[int, str]:
    """Order models by their layers; SqueezeBERT stands before BERT of the same size."""
    architecture, _, size = model.partition("-")
    return (int(size.partition("x")[0]), "" if architecture == "squeezebert" else architecture)


def _names(artifact: Artifact) -> list[str]:
    return [SUFFIXES[artifact.backend], artifact.tool, artifact.settings]


def _size(same: Sequence[Artifact]) -> str:
    sizes = [artifact.bytes for artifact in same if artifact.bytes is not None]
    return f"{max(sizes) / 1e6:.1f}" if sizes else ""


def _millions(count: Instructions | None) -> str:
    if count is None:
        return ""
    if count.instructions is None:
        return f"failed: `{count.error}`"
    return f"{count.instructions / 1e6:.1f}"


def _beside(model: str, same: Sequence[Artifact], counts: Mapping[Key, Instructions]) -> str:
    """How many times the instructions of edgebert's static artifact, at the longest input."""
    names = (same[0].name, f"{OWN}-{same[0].backend}-static")
    for tokens in sorted({n for artifact in same for n in artifact.takes}, reverse=True):
        pair = [counts.get((model, name, tokens, PROCESSOR)) for name in names]
        found = [count.instructions for count in pair if count is not None and count.instructions]
        if len(found) == 2:
            return f"{found[0] / found[1]:.2f}"
    return ""


def _threads(count: int) -> str:
    return f"{count} thread{'' if count == 1 else 's'}"


def _time(time: Latency | None) -> list[str]:
    if time is None:
        return ["", ""]
    if time.median is None or time.low is None or time.high is None:
        return [f"failed: `{time.error}`", ""]
    digits = 2 if time.median < 100 else 0
    low, middle, high = (f"{ms:.{digits}f}" for ms in (time.low, time.median, time.high))
    ratio = "{:.2f} ({:.2f} to {:.2f})".format(*time.ratio) if time.ratio else ""
    return [f"{middle} ({low} to {high})", ratio]


def main() -> None:
    """Print all tables, each under its name."""
    artifacts = list(read(Artifact, ARTIFACTS).values())
    for model, table in instruction_tables(artifacts, read(Instructions, INSTRUCTIONS)).items():
        print(f"### {model}\n\n{table}")
    for (model, tokens), table in latency_tables(artifacts, read(Latency, LATENCY)).items():
        print(f"### {model}, {tokens} tokens\n\n{table}")


if __name__ == "__main__":
    main()
