"""The manifest of a new bundle."""

import importlib.metadata
from collections.abc import Sequence

import msgspec

from edgebert.bundle.manifest import (
    FORMAT,
    Artifact,
    Calibration,
    HalfPrecision,
    Manifest,
    Source,
)
from edgebert.exporter.preparation import Prepared
from edgebert.exporter.recipe import Recipe, package_path
from edgebert.exporter.text_selection import held_out_of
from edgebert.exporter.verification import Verdict

TABLE_NAME = "calibration.json"
RECIPE_NAME = "recipe.toml"
SELF_TEST_NAME = "self_test.json"
VOCABULARY_NAME = "tokenizer/vocab.txt"

# What the lowerings are made with; their versions go into the manifest.
TOOLS = (
    "torch",
    "transformers",
    "executorch",
    "torchao",
    "litert-torch",
    "ai-edge-litert",
    "ai-edge-quantizer",
    "onnx",
    "onnxscript",
    "onnxruntime",
    "numpy",
)


def describe_bundle(recipe: Recipe, prepared: Prepared, verdicts: Sequence[Verdict]) -> Manifest:
    """Describe a bundle; the hashes of its files are left to its writer.

    Args:
        recipe: what it was made by.
        prepared: what it was made of.
        verdicts: its artifacts, and what verification found of them.
    """
    checkpoint, table = prepared.checkpoint, prepared.table
    calibration = None
    if table is not None:
        calibration = Calibration(
            path=TABLE_NAME,
            observer=table.observer,
            texts=table.texts,
            tokens=table.tokens,
            text_sha256=table.text_sha256,
        )
    held_out = held_out_of(prepared.texts, table)
    return Manifest(
        format=FORMAT,
        edgebert=importlib.metadata.version("edgebert"),
        task=checkpoint.task,
        labels=checkpoint.labels,
        pooling=checkpoint.pooling,
        normalize=checkpoint.normalize,
        inputs=prepared.graph.input_names,
        outputs=prepared.graph.outputs,
        buckets=prepared.buckets,
        vocabulary=VOCABULARY_NAME,
        tokenizer=checkpoint.tokenizer,
        artifacts=tuple(
            Artifact(
                backend=verdict.lowered.backend,
                mode=verdict.lowered.mode,
                path=verdict.lowered.path.name,
                tolerance=verdict.tolerance,
                nearest_tolerance=verdict.nearest_tolerance,
                fp16=_describe_half(verdict),
            )
            for verdict in verdicts
        ),
        self_test=SELF_TEST_NAME,
        recipe=RECIPE_NAME,
        source=Source(
            name=package_path(recipe.checkpoint) or checkpoint.source,
            architecture=checkpoint.architecture,
            sha256=checkpoint.sha256,
            license=checkpoint.license,
        ),
        calibration=calibration,
        fidelity=tuple(row for verdict in verdicts for row in verdict.fidelity(held_out)),
        versions={tool: importlib.metadata.version(tool) for tool in TOOLS},
        files={},
        slot_labels=checkpoint.slot_labels,
        temperature=prepared.temperature or msgspec.UNSET,
        label_threshold=prepared.label_threshold or msgspec.UNSET,
    )


def _describe_half(verdict: Verdict) -> HalfPrecision | msgspec.UnsetType:
    if verdict.half is None:
        return msgspec.UNSET
    found = verdict.half.to_fp32
    return HalfPrecision(found.texts, found.agreement, found.worst_cosine)
