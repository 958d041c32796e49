"""training.json: what a checkpoint was trained from, how, and what came out."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

import edgebert
from edgebert.exporter.checkpoint import Checkpoint
from edgebert.training.curve import validation_points
from edgebert.training.device import TrainingDevice
from edgebert.training.recipe import TrainingRecipe
from edgebert.training.sources import Sources
from edgebert.training.trainer import StageResult

FORMAT = 1

_PACKAGES = ("torch", "transformers", "accelerate", "safetensors", "numpy")


def inputs_record(
    recipe: TrainingRecipe, sources: Sources, start: Checkpoint, limit: int | None
) -> dict[str, Any]:
    """Return what decides the result, as JSON values, without paths of this machine.

    Args:
        recipe: with what the command line changed in it.
        sources: the files it names.
        start: the checkpoint of the stage init.
        limit: rows of a trial, if it is one.

    """
    plain = msgspec.to_builtins(recipe)
    for stage, name in (("init", "checkpoint"), ("distil", "teacher"), ("task", "teacher")):
        named = (plain.get(stage) or {}).get(name)
        if named is not None and Path(named).is_absolute():
            plain[stage][name] = Path(named).name
    return {
        "recipe": plain,
        "limit": limit,
        "init": {"source": start.source, "sha256": start.sha256, "license": start.license},
        "data": [{"file": file.name, "sha256": file.sha256} for file in sources.files],
    }


def full_record(
    inputs: Mapping[str, Any],
    device: TrainingDevice,
    stages: Mapping[str, Mapping[str, Any]],
    result: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the content of training.json.

    Args:
        inputs: what `inputs_record` returned.
        device: where it was trained.
        stages: by name, what `stage_record` returned.
        result: figures of the stored weights, and their hash.

    """
    versions = {name: version(name) for name in _PACKAGES}
    versions |= {"edgebert": edgebert.__version__, "python": platform.python_version()}
    return {
        "format": FORMAT,
        **inputs,
        "device": asdict(device),
        "versions": dict(sorted(versions.items())),
        "stages": dict(stages),
        "result": dict(result),
    }


def stage_record(steps: int, rows: int, result: StageResult) -> dict[str, Any]:
    """Return a stage's entry.

    Args:
        steps: of the stage.
        rows: that it was trained on, each once an epoch.
        result: what it left.

    """
    last = {name: points[-1][1] for name, points in validation_points(result.history).items()}
    return {
        "steps": steps,
        "rows": rows,
        "resumed_at_step": result.resumed_at,
        "seconds": round(result.seconds, 1),
        "rows_per_second": round(result.rows / result.seconds, 1) if result.rows else None,
        "validation": last,
        "history": result.history,
    }
