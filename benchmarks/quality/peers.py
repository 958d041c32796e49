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

import json
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from command_line import chosen_sets, command_line
from peer_tools import PEERS, Peer
from peer_tools.peer import PeerCandidate, candidate_of
from peer_tools.source import LENGTH, Source, open_source
from peer_tools.table import table
from sets import TrainedSet

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
    bundles = [
        export_own(backend, chosen, checkpoint, calibration, source, progress)
        for backend in backends
    ]
    own = [candidate for bundle in bundles for candidate in choose_candidates(bundle)[0]]
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
    return described(evaluation, chosen, source, peers, made, failures, bundles)


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


def export_own(
    backend: Backend,
    chosen: TrainedSet,
    checkpoint: Path,
    calibration: Path,
    source: Source,
    progress: Progress,
) -> Bundle:
    """Make edgebert's artifacts of one backend, where they are not there yet."""
    place = source.folder / f"edgebert-{backend}"
    if place.is_dir():
        return open_bundle(place)
    return edgebert.export(
        checkpoint,
        place,
        task=chosen.task,
        calibration=calibration,
        backends=(backend,),
        buckets=tuple(bucket for bucket in BUCKETS if bucket <= source.inputs.max_length),
        modes=MODES,
        max_drop=100,  # a gate would hide what is to be shown
        progress=progress,
    )


def first_line(error: Exception, folder: Path) -> str:
    """Return an error's class and its message's first line, without the folder's path."""
    cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
    lines = str(cause).replace(f"{folder}/", "").strip().splitlines() or [""]
    return f"{type(cause).__name__}: {lines[0]}".replace("|", "/")  # it stands in a table


def described(
    evaluation: Evaluation,
    chosen: TrainedSet,
    source: Source,
    peers: Sequence[Peer],
    made: Mapping[Peer, PeerCandidate],
    failures: Mapping[Peer, str],
    bundles: Sequence[Bundle],
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
        for bundle in bundles
        for artifact in bundle.manifest.artifacts
        for result, size in [(next(results), bundle.manifest.files[artifact.path].size)]
    ]
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
                for peer in peers
            ),
            *own,
        ],
    }


def _plain(result: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(result)
    return plain


def main() -> None:
    """Measure, write the JSON and print the tables."""
    names = [peer.name for peer in PEERS]
    parser = command_line(__doc__)
    parser.add_argument(
        "--variant", default="", help="of the checkpoints: groups1 takes those called SET-groups1"
    )
    parser.add_argument("--peer", action="append", choices=names, help="default: all")
    parser.add_argument(
        "--backend", action="append", choices=BACKENDS, help="of edgebert's; default: all"
    )
    parser.add_argument("--artifacts", type=Path, help="a folder to keep them in for the next time")
    parser.add_argument("--limit", type=int, help="only the first so many test rows")
    arguments = parser.parse_args()
    ending = f"-{arguments.variant}" if arguments.variant else ""
    measurements = []
    with tempfile.TemporaryDirectory() as place, shown_progress(lines=4) as progress:
        for chosen, checkpoint in chosen_sets(arguments, ending):
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
