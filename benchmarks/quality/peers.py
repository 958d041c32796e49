"""How other tools quantise the same checkpoints: their artifacts and edgebert's on the same rows.

    python benchmarks/quality/peers.py data checkpoints --output peers.json
    python benchmarks/quality/peers.py data checkpoints --output peers.json \
        --set snips --peer onnxruntime-dynamic --limit 100

DATA and CHECKPOINTS are as trained.py has them. Every peer starts from transformers' own module
and the texts that edgebert's export draws from the training rows, and runs on its own engine. The
reference is the checkpoint in PyTorch. Prints a table in Markdown; where a peer fails, the first
line of its error stays in it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from peer_tools import PEERS, Peer
from peer_tools.peer import PeerCandidate, candidate_of
from peer_tools.source import LENGTH, Source, open_source
from sets import SETS, TrainedSet

import edgebert
from edgebert.bundle import Bundle, open_bundle
from edgebert.bundle.manifest import BACKENDS, Backend
from edgebert.cli.progress import shown_progress
from edgebert.evaluation.bundle_candidates import choose_candidates
from edgebert.evaluation.evaluate import Evaluation, evaluate_candidates
from edgebert.evaluation.measures import DataFields, measure_for
from edgebert.evaluation.scoring import Candidate
from edgebert.exporter.evaluation import CheckpointCandidate
from edgebert.exporter.quiet import quiet
from edgebert.progress import Progress

BUCKETS = (16, 32, LENGTH)
MODES = ("static", "dynamic")
PACKAGES = (
    *("torch", "transformers", "onnx", "onnxruntime", "litert-torch", "ai-edge-quantizer"),
    *("ai-edge-litert", "executorch", "torchao"),
)
# In the table where the rows define them; the JSON has all figures.
SHOWN = ("exact_match", "intent_accuracy", "accuracy", "slot_f1")


def measured(
    chosen: TrainedSet,
    checkpoint: Path,
    data: Path,
    peers: Sequence[Peer],
    *,
    artifacts: Path,
    backends: tuple[Backend, ...] = BACKENDS,
    limit: int | None,
    processes: int,
    progress: Progress,
) -> dict[str, Any]:
    """Measure the peers and edgebert on one set's test rows.

    Args:
        chosen: the set.
        checkpoint: a folder that was trained for it.
        data: the folder of train.jsonl and test.jsonl.
        peers: which to measure.
        artifacts: where to write them; those of this checkpoint that are there are not made again.
        backends: those of edgebert's artifacts.
        limit: only the first so many rows.
        processes: how many answer rows at once.
        progress: told what is being done.

    Returns:
        What the table shows, and more, as JSON has it.

    """
    calibration, rows = data / "train.jsonl", data / "test.jsonl"
    progress("loading the checkpoint", 0, 0)
    source = open_source(checkpoint, chosen.task, calibration, artifacts)
    made, failures = make_all(peers, source, progress)
    place = source.folder / "-".join(("bundle", *backends))
    if not place.is_dir():
        edgebert.export(
            checkpoint,
            place,
            task=chosen.task,
            calibration=calibration,
            buckets=tuple(b for b in BUCKETS if b <= source.inputs.max_length),
            backends=backends,
            modes=MODES,
            max_drop=100,  # a gate would hide what is to be shown
            progress=progress,
        )
    bundle = open_bundle(place)
    own, _ = choose_candidates(bundle)
    length = source.inputs.max_length
    reference = CheckpointCandidate(str(checkpoint), chosen.task, None, None, length)
    candidates: list[Candidate] = [reference, *made.values(), *own]
    measure = measure_for(
        chosen.task, source.labels, DataFields(), tuple(chosen.own), source.slot_labels
    )
    evaluation = evaluate_candidates(
        candidates,
        measure,
        rows,
        model=checkpoint.name,
        task=chosen.task,
        limit=limit,
        processes=processes,
        progress=progress,
    )
    return described(evaluation, chosen, source, made, failures, bundle)


def make_all(
    peers: Sequence[Peer], source: Source, progress: Progress
) -> tuple[dict[Peer, PeerCandidate], dict[Peer, str]]:
    """Let every peer write its artifact, and try that on a text.

    Returns:
        The candidates of those that work, and the first line of the error of those that don't.

    """
    made, failures = {}, {}
    for number, peer in enumerate(peers):
        progress(f"quantising: {peer.name}", number, len(peers))
        candidate = candidate_of(peer, source, source.folder / f"{peer.name}.{peer.backend}")
        try:
            with quiet():
                if not candidate.path.exists():
                    part = candidate.path.with_stem(f"{peer.name}-part")
                    peer.make(source, part)
                    part.replace(candidate.path)
                candidate.open().outputs(source.texts[0])
        except Exception as error:  # tools raise whatever they come upon
            failures[peer] = first_line(error, source.folder)
        else:
            made[peer] = candidate
    return made, failures


def first_line(error: Exception, folder: Path) -> str:
    """Return an error's class and the first line of its message, without the folder's path."""
    cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
    lines = str(cause).replace(f"{folder}/", "").strip().splitlines() or [""]
    return f"{type(cause).__name__}: {lines[0]}"


def described(
    evaluation: Evaluation,
    chosen: TrainedSet,
    source: Source,
    made: Mapping[Peer, PeerCandidate],
    failures: Mapping[Peer, str],
    bundle: Bundle,
) -> dict[str, Any]:
    """Put into words and figures what was found."""
    results = iter([_plain(result) for result in evaluation.results])
    reference = {"tool": "PyTorch", "settings": "fp32", **next(results)}
    found = {
        peer: {**next(results), "bytes": candidate.path.stat().st_size}
        for peer, candidate in made.items()
    }
    own = [
        {"tool": "edgebert", "settings": result["mode"], **result, "bytes": size}
        for artifact in bundle.manifest.artifacts
        for result, size in [(next(results), bundle.manifest.files[artifact.path].size)]
    ]
    everyone = [peer for peer in PEERS if peer in made or peer in failures]
    return {
        "set": chosen.name,
        "title": chosen.title,
        "checkpoint": evaluation.model,
        "rows": evaluation.rows,
        "calibration_texts": len(source.texts),
        "longest_input": source.inputs.max_length,
        "seed": evaluation.seed,
        "resamples": evaluation.resamples,
        "versions": {package: version(package) for package in PACKAGES},
        "results": [
            reference,
            *(
                {
                    "tool": peer.tool,
                    "settings": peer.settings,
                    "padded": peer.padded,
                    **(found[peer] if peer in found else {"error": failures[peer]}),
                    "backend": peer.backend,
                }
                for peer in everyone
            ),
            *own,
        ],
    }


def table(measurement: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of one set's table in Markdown, figures in percent."""
    results = measurement["results"]
    figures = [name for name in SHOWN if results[0]["metrics"].get(name) is not None]
    titles = " | ".join(name.replace("_", " ") for name in figures)
    yield f"{measurement['title']}: {measurement['checkpoint']}, {measurement['rows']} test rows."
    yield ""
    yield f"| tool | settings | file | {titles} | same answer as fp32 | MB |"
    yield f"|---|---|---|{'---|' * len(figures)}---|---|"
    for result in results:
        cells = [result["tool"], result["settings"], _SUFFIXES.get(result["backend"], "")]
        if "error" in result:
            cells += [f"failed: `{result['error']}`", *[""] * (len(figures) + 1)]
        else:
            cells += [_figure(result, name) for name in figures]
            comparison, size = result["comparison"], result.get("bytes")
            agreement = None if comparison is None else comparison["agreement"]
            cells.append("" if agreement is None else f"{100 * agreement:.2f}")
            cells.append("" if size is None else f"{size / 1e6:.1f}")
        yield f"| {' | '.join(cells)} |"


_SUFFIXES = {"onnx": ".onnx", "litert": ".tflite", "executorch": ".pte"}


def _plain(result: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(result)
    return plain


def _figure(result: Mapping[str, Any], name: str) -> str:
    """The figure; then its difference from fp32 in points, in brackets its 95 % interval."""
    value, comparison = result["metrics"][name], result["comparison"]
    if value is None:
        return ""
    difference = None if comparison is None else comparison["differences"][name]
    if difference is None:
        return f"{100 * value:.2f}"
    points, low, high = (100 * difference[key] for key in ("value", "low", "high"))
    return f"{100 * value:.2f}, {points:+.2f} ({low:+.2f} to {high:+.2f})"


def main() -> None:
    """Measure, write the JSON and print the tables."""
    names = [peer.name for peer in PEERS]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("--output", type=Path, required=True, help="all figures, as JSON")
    parser.add_argument(
        "--set", action="append", choices=[chosen.name for chosen in SETS], help="default: all"
    )
    parser.add_argument(
        "--variant", default="", help="of the checkpoints: groups1 takes those called SET-groups1"
    )
    parser.add_argument("--peer", action="append", choices=names, help="default: all")
    parser.add_argument(
        "--backend", action="append", choices=BACKENDS, help="of edgebert's; default: all"
    )
    parser.add_argument("--artifacts", type=Path, help="a folder to keep them in for the next time")
    parser.add_argument("--limit", type=int, help="only the first so many test rows")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    ending = f"-{arguments.variant}" if arguments.variant else ""
    measurements = []
    with tempfile.TemporaryDirectory() as place, shown_progress(lines=4) as progress:
        for chosen in SETS:
            checkpoint = arguments.checkpoints / f"{chosen.name}{ending}"
            if chosen.name not in (arguments.set or [chosen.name]) or not checkpoint.is_dir():
                continue
            measurements.append(
                measured(
                    chosen,
                    checkpoint,
                    arguments.data / chosen.name,
                    [peer for peer in PEERS if peer.name in (arguments.peer or names)],
                    artifacts=arguments.artifacts or Path(place),
                    backends=tuple(arguments.backend or BACKENDS),
                    limit=arguments.limit,
                    processes=arguments.processes,
                    progress=progress,
                )
            )
            text = json.dumps(measurements, indent=1) + "\n"
            arguments.output.write_text(text, encoding="utf-8")
    for measurement in measurements:
        print("\n".join(table(measurement)), end="\n\n")
    if not measurements:
        parser.error(f"no checkpoint of the sets in {arguments.checkpoints}; see its --help")


if __name__ == "__main__":
    main()
