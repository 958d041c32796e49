"""The stage task: a head and the encoder learn labels, and a teacher's logits if there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from edgebert.training.batches import Collator, FeatureDataset, sorted_batches
from edgebert.training.features import Example
from edgebert.training.losses import task_loss
from edgebert.training.recipe import TaskStage
from edgebert.training.tasks import TrainingTask
from edgebert.training.trainer import StageRun, StageTrainer

_EVALUATION_BATCH = 128
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class TaskTrainer(StageTrainer):
    """Trains a task on labelled rows."""

    def __init__(
        self,
        model: Any,
        teacher: Any,
        stage: TaskStage,
        task: TrainingTask,
        examples: Sequence[Example],
        validation: Sequence[Example],
        run: StageRun,
    ) -> None:
        self._stage = stage
        self._task = task
        self._validation = validation
        features = [feature for example in examples for feature in example.features]
        looked_at = [feature for example in validation for feature in example.features]
        super().__init__(model, features, run, FeatureDataset(looked_at))
        self._teacher = None if teacher is None else teacher.to(self.args.device)

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Return the loss of the task."""
        texts = {name: inputs[name] for name in _INPUTS}
        teacher = None
        if self._teacher is not None:
            mixed = self.run.device.precision == "bfloat16"
            kind = texts["input_ids"].device.type
            with torch.no_grad(), torch.autocast(kind, torch.bfloat16, enabled=mixed):
                teacher = self._task.logits(self._teacher(**texts))
        return task_loss(
            self._task.logits(model(**texts)),
            inputs,
            smoothing=self._stage.label_smoothing,
            weights={"slots": self._stage.slot_weight},
            teacher=teacher,
            teacher_weight=self._stage.teacher_weight,
            temperature=self._stage.temperature,
        )

    def figures(self) -> dict[str, float]:
        """Return the task's metrics on the validation rows."""
        return evaluate_model(self.model, self._task, self._validation, self.run.pad_id)


def evaluate_model(
    model: Any, task: TrainingTask, examples: Sequence[Example], pad_id: int
) -> dict[str, float]:
    """Return a model's metrics on rows, in float32, batch by batch.

    Args:
        model: in eval mode.
        task: what it was trained for.
        examples: the rows.
        pad_id: of the token that fills a batch.

    """
    collate = Collator(pad_id)
    runs = [(number, f) for number, example in enumerate(examples) for f in example.features]
    predicted: list[Any] = [None] * len(runs)
    device = next(model.parameters()).device
    for rows in sorted_batches([len(f) for _, f in runs], _EVALUATION_BATCH):
        batch = collate([runs[row][1] for row in rows])
        with torch.inference_mode():
            output = model(**{name: batch[name].to(device) for name in _INPUTS})
        logits = {n: t.float().cpu().numpy() for n, t in task.logits(output).items()}
        for place, row in enumerate(rows):
            tokens = len(runs[row][1])
            predicted[row] = task.predict(
                {
                    name: values[place][:tokens] if name in task.per_token else values[place]
                    for name, values in logits.items()
                }
            )
    by_example: list[list[Any]] = [[] for _ in examples]
    for (number, _), prediction in zip(runs, predicted, strict=True):
        by_example[number].append(prediction)
    return task.metrics(examples, by_example)
