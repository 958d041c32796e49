"""The two training stages of a run: their data, their model, their trainer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from transformers import set_seed

from edgebert.errors import EdgebertError
from edgebert.progress import Progress
from edgebert.training.convolution import batch_convolutions
from edgebert.training.data import kept_aside, limited, rows_of, text_features, texts_of
from edgebert.training.device import TrainingDevice
from edgebert.training.distillation import DistilTrainer
from edgebert.training.encoder import (
    Start,
    load_teacher,
    prepared_teacher,
    reset_pooler,
    set_dropout,
)
from edgebert.training.fine_tuning import TaskTrainer, evaluate_model
from edgebert.training.recipe import DistilStage, Optimization, TaskStage, TrainingRecipe
from edgebert.training.record import stage_record
from edgebert.training.run_folder import replace_folder
from edgebert.training.saving import rounded, write_json
from edgebert.training.sources import Sources
from edgebert.training.task_model import load_task_teacher
from edgebert.training.tasks import task_for
from edgebert.training.trainer import StageRun

_RECORD = "stage.json"


class Stages:
    """Runs the stages of a recipe, one after the other, on the encoder of `start`.

    Attributes:
        records: of the stages done, by name; see `stage_record`.

    """

    def __init__(
        self,
        recipe: TrainingRecipe,
        sources: Sources,
        start: Start,
        folder: Path,
        device: TrainingDevice,
        limit: int | None,
        progress: Progress,
    ) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self._recipe = recipe
        self._sources = sources
        self._start = start
        self._folder = folder
        self._device = device
        self._limit = limit
        self._progress = progress

    def distil(self, stage: DistilStage) -> None:
        """Train the encoder on plain texts; done at once where an earlier process finished it."""
        finished = self._folder / "distil-finished"
        encoder = self._start.encoder
        if finished.is_dir():
            encoder.load_state_dict(load_file(finished / "model.safetensors"))
            self.records["distil"] = json.loads((finished / _RECORD).read_text(encoding="utf-8"))
            return
        self._progress("reading texts", 0, 0)
        features = text_features(
            self._sources.texts, self._start.tokenizer, self._recipe.max_length, self._limit
        )
        texts, aside = kept_aside(features, stage.validation_texts, self._recipe.seed)
        steps = stage.steps
        if self._limit is not None:
            steps = min(steps, -(-len(texts) // stage.batch_size))
        source = self._sources.distil_teacher
        teacher = (
            prepared_teacher(self._start.checkpoint.model)
            if source is None
            else load_teacher(source, self._start.checkpoint, encoder.config)
        )
        set_dropout(encoder, stage.dropout)
        run = self._run("distil", stage, None, steps, max(1, steps // stage.evaluations))
        set_seed(self._recipe.seed)
        result = DistilTrainer(encoder, teacher, stage, texts, aside, run).finish()
        encoder.requires_grad_(True)
        self.records["distil"] = stage_record(steps, len(texts), result)
        partial = self._folder / "distil-partial"
        encoder.save_pretrained(partial)
        write_json(partial / _RECORD, self.records["distil"])
        replace_folder(partial, finished)

    def fine_tune(self, stage: TaskStage) -> tuple[Any, dict[str, float]]:
        """Train the task.

        Returns:
            The model with its weights as they are stored, and their validation figures.

        """
        assert self._sources.validation is not None
        self._progress("reading rows", 0, 0)
        rows = rows_of(self._sources.train)
        task = task_for(stage, rows, self._start.tokenizer, self._recipe.max_length)
        examples = [task.example(row) for row in limited(rows, self._limit)]
        texts = texts_of(self._sources.unlabelled, self._limit)
        examples += [task.unlabelled(text) for text in texts]
        validation = [
            task.example(row) for row in limited(rows_of([self._sources.validation]), self._limit)
        ]
        set_seed(self._recipe.seed)  # new weights are the same with and without distillation
        model: Any = task.build(self._start.encoder.config)
        model.transformer.load_state_dict(self._start.encoder.state_dict())
        if stage.pooler == "identity":
            reset_pooler(model.transformer)
        batch_convolutions(model)
        set_dropout(model, stage.dropout)
        teacher, teacher_sha256 = None, None
        if self._sources.task_teacher is not None:
            found, teacher_sha256 = load_task_teacher(self._sources.task_teacher, stage.name)
            _check_labels(found, model, self._sources.task_teacher)
            teacher = prepared_teacher(found)
        per_epoch = -(-sum(len(e.features) for e in examples) // stage.batch_size)
        steps = stage.epochs * per_epoch
        run = self._run("task", stage, stage.head_learning_rate, steps, per_epoch)
        set_seed(self._recipe.seed)
        trainer = TaskTrainer(model, teacher, stage, task, examples, validation, run)
        result = trainer.finish()
        self.records["task"] = stage_record(steps, len(examples), result)
        self.records["task"]["teacher_sha256"] = teacher_sha256
        rounded(model, self._recipe.weights)
        model.eval()
        return model, evaluate_model(model, task, validation, run.pad_id)

    def _run(
        self,
        name: str,
        settings: Optimization,
        head_learning_rate: float | None,
        steps: int,
        evaluation_steps: int,
    ) -> StageRun:
        return StageRun(
            name=name,
            folder=self._folder / name,
            device=self._device,
            settings=settings,
            head_learning_rate=head_learning_rate,
            steps=steps,
            evaluation_steps=evaluation_steps,
            save_steps=self._recipe.save_steps,
            seed=self._recipe.seed,
            pad_id=self._start.tokenizer.pad_id,
            progress=self._progress,
        )


def _check_labels(teacher: Any, model: Any, source: str) -> None:
    for name in ("id2label", "slot_id2label"):
        found, expected = (getattr(m.config, name, None) for m in (teacher, model))
        if found != expected:
            raise EdgebertError(
                f"task.teacher {source}: its {name} has {len(found or ())} labels and the training "
                f"rows have {len(expected or ())}, or they differ; a teacher has the same labels"
            )
