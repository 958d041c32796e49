"""Exports of small random checkpoints, and the ways to ask what came out of them."""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fixtures_checkpoints import WORDS, class_name, write_checkpoint
from transformers import PreTrainedModel

import edgebert
from edgebert.bundle import Bundle
from edgebert.engines import engine_for
from edgebert.engines.inputs import pad_inputs
from edgebert.exporter.calibration import CalibrationTable, read_table
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.fidelity import Arrays
from edgebert.exporter.graph import DeploymentGraph
from edgebert.exporter.lowering.program import Program, build_program
from edgebert.exporter.quantization import plan_mode
from edgebert.exporter.text_selection import NEEDS_PAIRS
from edgebert.inspection import LinearScales, static_scales

BACKENDS = ("executorch", "litert", "onnx")

_PLAIN = [word for word in WORDS if not word.startswith("##")]


@dataclass(frozen=True)
class SmallExport:
    """A checkpoint with transformers' module of it, and the bundle that was made of it."""

    checkpoint: Path
    calibration: Path
    model: PreTrainedModel
    bundle: Bundle

    @property
    def table(self) -> CalibrationTable:
        """The calibration table in the bundle."""
        return read_table(self.bundle.root / "calibration.json")

    def artifact(self, backend: str, mode: str = "static") -> Path:
        """Return the path of an artifact."""
        return self.bundle.root / self.bundle.artifact(backend, mode).path


def some_texts(count: int, start: int = 0) -> Iterator[str]:
    """Yield short texts, all different, that the small vocabulary can spell."""
    order = itertools.islice(itertools.permutations(_PLAIN, 4), start * 7, None, 7)
    for number, words in zip(range(start, start + count), order, strict=False):
        yield " ".join((*words[: 1 + number % 4], str(number), ".,?!"[number % 4]))


def write_texts(path: Path, count: int = 100) -> Path:
    """Write calibration texts, one a line."""
    path.write_text("".join(f"{text}\n" for text in some_texts(count)), encoding="utf-8")
    return path


def write_pairs(path: Path, count: int = 100) -> Path:
    """Write calibration pairs, one a line."""
    texts = list(some_texts(2 * count))
    pairs = ({"question": a, "context": b} for a, b in zip(texts[::2], texts[1::2], strict=True))
    path.write_text("".join(f"{json.dumps(pair)}\n" for pair in pairs), encoding="utf-8")
    return path


def export_small(
    folder: Path,
    task: str,
    *,
    family: str = "SqueezeBert",
    config: dict[str, Any] | None = None,
    texts: int = 100,
    **options: Any,
) -> SmallExport:
    """Write a random checkpoint and calibration texts into a folder and export them there.

    Args:
        folder: Is made if it does not exist.
        task: Of the checkpoint.
        family: "SqueezeBert" or "Bert".
        config: Settings of the checkpoint, as `write_checkpoint` takes them.
        texts: How many there are in the file; those not calibrated on are verified on.
        options: Fields of the recipe.
    """
    checkpoint = folder / "checkpoint"
    model = write_checkpoint(checkpoint, class_name(task, family), **(config or {}))
    if task in NEEDS_PAIRS:
        calibration = write_pairs(folder / "pairs.jsonl", texts)
    else:
        calibration = write_texts(folder / "texts.txt", texts)
    choices = {
        "calibration": str(calibration),
        "calibration_texts": 32,
        "buckets": (16,),
        **options,
    }
    bundle = edgebert.export(str(checkpoint), folder / "bundle", task=task, **choices)
    return SmallExport(checkpoint, calibration, model, bundle)


def program_of(export: SmallExport, mode: str = "static") -> Program:
    """Build the program of a bundle again, from its checkpoint and its table."""
    manifest = export.bundle.manifest
    loaded = load_checkpoint(
        str(export.checkpoint), manifest.task, pooling=_chosen_pooling(manifest)
    )
    graph = DeploymentGraph(loaded, max_length=max(manifest.buckets)).eval()
    table = export.table if mode == "static" else None
    return build_program(graph, plan_mode(graph.sites(), mode, table), manifest.buckets)


def _chosen_pooling(manifest: Any) -> str | None:
    return manifest.pooling if manifest.task == "feature-extraction" else None


def feeds(bundle: Bundle, texts: Iterator[str], bucket: int) -> list[dict[str, Any]]:
    """Return the padded inputs of texts."""
    encodings = [bundle.tokenizer.encode(text, max_length=bucket) for text in texts]
    pad_id, names = bundle.tokenizer.pad_id, bundle.manifest.inputs
    return [pad_inputs(e.input_ids, e.token_type_ids, bucket, pad_id, names) for e in encodings]


def run_artifact(bundle: Bundle, backend: str, mode: str, inputs: list[Any]) -> list[Arrays]:
    """Run inputs on the engine of a backend; padding is left out of the outputs."""
    session = bundle.open_session(engine_for(backend), mode, threads=1)
    return [_valid(bundle, session.run(feed), feed) for feed in inputs]


def run_graph(bundle: Bundle, graph: DeploymentGraph, inputs: list[Any]) -> list[Arrays]:
    """Run inputs through a graph in PyTorch; padding is left out of the outputs."""
    results = []
    for feed in inputs:
        with torch.inference_mode():
            outputs = graph(*(torch.from_numpy(feed[name]) for name in graph.input_names))
        arrays = {name: t.numpy() for name, t in zip(graph.output_names, outputs, strict=True)}
        results.append(_valid(bundle, arrays, feed))
    return results


def _valid(bundle: Bundle, arrays: Arrays, feed: dict[str, Any]) -> Arrays:
    count = int(feed["attention_mask"].sum())
    return {
        output.name: arrays[output.name][:, :count] if output.per_token else arrays[output.name]
        for output in bundle.manifest.outputs
    }


def deviations(got: list[Arrays], expected: list[Arrays]) -> list[float]:
    """Return ||got - expected|| / ||expected|| of each text, over all outputs."""
    found = []
    for one, other in zip(got, expected, strict=True):
        flat = [np.concatenate([a[name].ravel() for name in other]) for a in (one, other)]
        found.append(float(np.linalg.norm(flat[0] - flat[1]) / np.linalg.norm(flat[1])))
    return found


def scale_tuples(scales: dict[str, LinearScales]) -> dict[str, tuple[Any, ...]]:
    """Make scales comparable: (input, output, weights), the first two (scale, zero point)."""
    return {
        site: (
            (found.input.scale, found.input.zero_point),
            (found.output.scale, found.output.zero_point),
            tuple(found.weights.tolist()),
        )
        for site, found in scales.items()
    }


def scales_by_site(
    path: Path, bucket: int, weights: dict[tuple[float, ...], str]
) -> dict[str, tuple[Any, ...]]:
    """Read an artifact's scales; those of a .pte, which has no names, are known by the weights'.

    Args:
        path: The artifact.
        bucket: Whose scales to read.
        weights: Site by the scales of its weights.
    """
    found = scale_tuples(static_scales(path, bucket))
    if all(re.fullmatch(r"#\d+", site) for site in found):
        named = {weights[scales[2]]: scales for scales in found.values()}
        assert len(named) == len(found)
        return named
    return found
