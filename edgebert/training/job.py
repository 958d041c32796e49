"""A training run from the recipe to the checkpoint folder; what is done survives a kill."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from transformers import set_seed
from transformers.utils import logging as transformers_logging

from edgebert.bundle.hashing import sha256_of
from edgebert.bundle.lock import exclusive
from edgebert.progress import Progress, silent
from edgebert.training.curve import CURVE_NAME, draw_curves
from edgebert.training.device import TrainingDevice, choose_device
from edgebert.training.encoder import Start, load_start
from edgebert.training.recipe import TrainingRecipe
from edgebert.training.record import full_record, inputs_record
from edgebert.training.run_folder import RECORD_NAME, RunFolder
from edgebert.training.saving import WEIGHTS_NAME, write_checkpoint, write_json
from edgebert.training.sources import Sources, find_sources
from edgebert.training.stages import Stages


@dataclass(frozen=True)
class Training:
    """What a training run made.

    Attributes:
        folder: the checkpoint.
        record: the content of its training.json.

    """

    folder: Path
    record: dict[str, Any]


def run_training(
    recipe: TrainingRecipe,
    folder: Path,
    output: Path,
    *,
    device: str = "auto",
    limit: int | None = None,
    restart: bool = False,
    progress: Progress = silent,
) -> Training:
    """Train what a recipe says, or go on where a killed run of it stopped.

    On a CPU the same recipe, data and seed give the same weights, killed or not; CPUs that multiply
    bfloat16 give others than those that do not.

    Args:
        recipe: what to train.
        folder: the recipe's own, which its paths are relative to.
        output: the checkpoint's folder; written beside it and renamed into place at the end.
        device: "auto", "cpu" or "cuda".
        limit: for a trial, at most so many rows of each file, and one pass of distillation.
        restart: forget an unfinished run.
        progress: told how far it is.

    Raises:
        EdgebertError: a wrong recipe, checkpoint, row or folder, or training that diverged.

    """
    recipe.check()
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    chosen = choose_device(device)
    place = RunFolder(output.absolute())
    place.check_target()
    output.absolute().parent.mkdir(parents=True, exist_ok=True)
    sources = find_sources(recipe, folder)
    progress("reading the checkpoint", 0, 0)
    set_seed(recipe.seed)
    start = load_start(recipe.init, sources.init, recipe.max_length)
    inputs = inputs_record(recipe, sources, start.checkpoint, limit)
    lock = place.target.with_name(f".{place.target.name}.lock")
    with exclusive(lock, f"training {output}"):
        arithmetic = f"{chosen.kind}, {chosen.precision}"
        place.open({**inputs, "arithmetic": arithmetic}, restart=restart)
        return _train(recipe, sources, start, place, chosen, inputs, limit, progress)


def _train(
    recipe: TrainingRecipe,
    sources: Sources,
    start: Start,
    place: RunFolder,
    device: TrainingDevice,
    inputs: dict[str, Any],
    limit: int | None,
    progress: Progress,
) -> Training:
    stages = Stages(recipe, sources, start, place.path, device, limit, progress)
    if recipe.distil is not None:
        stages.distil(recipe.distil)
    model: Any = start.encoder
    figures: dict[str, float] = {}
    if recipe.task is not None:
        model, figures = stages.fine_tune(recipe.task)
    progress("writing", 0, 0)
    new = place.fresh()
    write_checkpoint(new, model, start.checkpoint, recipe.weights)
    draw_curves(new / CURVE_NAME, {name: s["history"] for name, s in stages.records.items()})
    result = {"validation": figures, "sha256": sha256_of(new / WEIGHTS_NAME)}
    record = full_record(inputs, device, stages.records, result)
    write_json(new / RECORD_NAME, record)
    place.finish()
    return Training(place.target, record)


def with_changes(
    recipe: TrainingRecipe,
    *,
    seed: int | None = None,
    init: str | None = None,
    teacher: str | None = None,
) -> TrainingRecipe:
    """Return a recipe with what the command line changes in it.

    Args:
        recipe: the recipe.
        seed: another seed.
        init: another checkpoint to start from, already distilled: the stage distil is left out.
        teacher: a checkpoint of the task whose logits are learnt.

    """
    changes: dict[str, Any] = {}
    if seed is not None:
        changes["seed"] = seed
    if init is not None:
        changes["init"] = msgspec.structs.replace(recipe.init, checkpoint=init, revision=None)
        changes["distil"] = None
    if teacher is not None and recipe.task is not None:
        changes["task"] = msgspec.structs.replace(recipe.task, teacher=teacher)
    return msgspec.structs.replace(recipe, **changes)
