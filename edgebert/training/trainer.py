"""A stage in transformers' Trainer: order of rows, optimizer, saved states, progress."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler
from torch.utils.data import DataLoader
from transformers import (
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from edgebert.errors import EdgebertError
from edgebert.progress import Progress
from edgebert.training.batches import Collator, FeatureDataset, LengthSortedBatches
from edgebert.training.device import TrainingDevice
from edgebert.training.features import Feature
from edgebert.training.recipe import Optimization
from edgebert.training.schedule import make_optimizer, make_schedule
from edgebert.training.states import SavedState, last_state

# How many points the curve of the training loss has.
_LOSS_POINTS = 100
# As BERT's own training has it: a batch far off moves the weights no further than this.
_GRADIENT_NORM = 1.0


@dataclass(frozen=True)
class StageRun:
    """What a stage needs beside its model and data.

    Attributes:
        name: of the stage, for progress.
        folder: where the trainer keeps its states.
        device: where it runs.
        settings: how it descends.
        head_learning_rate: the highest of the schedule for the head.
        steps: in all.
        evaluation_steps: steps between two evaluations; the last step is evaluated always.
        save_steps: steps between two saved states.
        seed: of the order of the rows and of dropout.
        pad_id: of the token that fills a batch.
        progress: told how far it is.

    """

    name: str
    folder: Path
    device: TrainingDevice
    settings: Optimization
    head_learning_rate: float | None
    steps: int
    evaluation_steps: int
    save_steps: int
    seed: int
    pad_id: int
    progress: Progress


@dataclass(frozen=True)
class StageResult:
    """What a stage leaves.

    Attributes:
        history: what was logged: losses, learning rates and evaluations by step.
        resumed_at: the step that this process began at, 0 if it did the whole stage.
        seconds: that this process trained, evaluations included.
        rows: that this process trained on.

    """

    history: list[dict[str, Any]]
    resumed_at: int
    seconds: float
    rows: int


class StageTrainer(Trainer):
    """What both stages share; subclasses compute the loss and evaluate."""

    # transformers leaves these open to more than is used here.
    model: Any
    optimizer: Any
    lr_scheduler: Any

    def __init__(
        self, model: nn.Module, features: Sequence[Feature], run: StageRun, validation: Any
    ) -> None:
        self.run = run
        self.training_data = FeatureDataset(features)
        self.collate = Collator(run.pad_id)
        self.batches = LengthSortedBatches(
            list(map(len, features)), run.settings.batch_size, run.seed
        )
        super().__init__(
            model=model,
            args=_arguments(run),
            data_collator=self.collate,
            train_dataset=self.training_data,
            eval_dataset=validation,
            callbacks=[_Follower(run, self.batches)],
        )
        self.remove_callback(PrinterCallback)
        # The losses of the subclasses are means over a batch.
        self.loss_is_scaled_for_ga = False

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Return the batches of an epoch, see `LengthSortedBatches`."""
        return DataLoader(self.training_data, batch_sampler=self.batches, collate_fn=self.collate)

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """Make the optimizer of the recipe."""
        if self.optimizer is None:
            self.optimizer = make_optimizer(
                self.model, self.run.settings, self.run.head_learning_rate
            )
        return self.optimizer  # type: ignore[no-any-return]

    def create_scheduler(
        self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None
    ) -> LRScheduler:
        """Make the schedule of the recipe."""
        if self.lr_scheduler is None:
            self.lr_scheduler = make_schedule(
                optimizer or self.optimizer, self.run.settings, num_training_steps
            )
        return self.lr_scheduler  # type: ignore[no-any-return]

    def figures(self) -> dict[str, float]:
        """Return the figures of the data kept aside."""
        raise NotImplementedError

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Log the figures of the data kept aside.

        It draws nothing from PyTorch's global generator, so that when it is done makes no
        difference to what is trained.
        """
        self.model.eval()
        with torch.inference_mode():
            figures = {f"eval_{name}": value for name, value in self.figures().items()}
        self.log(figures)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, figures
        )
        return figures

    def finish(self) -> StageResult:
        """Train to the end, from the last saved state if a killed run left one.

        Raises:
            EdgebertError: the loss is no longer a number.

        """
        saved = last_state(self.run.folder)
        begin = saved.step if saved else 0
        start = time.monotonic()
        if saved is not None and saved.step >= self.run.steps:
            self._load(saved)
        else:
            self.train(resume_from_checkpoint=str(saved.folder) if saved else None)
        rows = (self.run.steps - begin) * self.run.settings.batch_size
        return StageResult(self.state.log_history, begin, time.monotonic() - start, rows)

    def _load(self, saved: SavedState) -> None:
        """Take over a state that was saved after the last step."""
        from safetensors.torch import load_file

        self.model.load_state_dict(load_file(saved.folder / "model.safetensors"))
        self.state.log_history = saved.history


class _Follower(TrainerCallback):
    """Orders the rows of each epoch, evaluates at the end, and tells how far the stage is."""

    def __init__(self, run: StageRun, batches: LengthSortedBatches) -> None:
        self._run = run
        self._batches = batches

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Choose the order of the epoch that begins or goes on."""
        self._batches.set_epoch(state.global_step // len(self._batches))

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Report, and see to it that the last step is evaluated."""
        self._run.progress(self._run.name, state.global_step, state.max_steps)
        if state.global_step >= state.max_steps:
            control.should_evaluate = True

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Stop where the loss is no number."""
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            raise EdgebertError(
                f"{self._run.name}: the loss is {(logs or {})['loss']} at step "
                f"{state.global_step}, so training diverged; lower its learning_rate"
            )


def _arguments(run: StageRun) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(run.folder),
        max_steps=run.steps,
        per_device_train_batch_size=run.settings.batch_size,
        eval_strategy="steps",
        eval_steps=run.evaluation_steps,
        save_strategy="steps",
        save_steps=run.save_steps,
        save_total_limit=1,
        logging_steps=max(1, run.steps // _LOSS_POINTS),
        logging_nan_inf_filter=False,
        max_grad_norm=_GRADIENT_NORM,
        seed=run.seed,
        use_cpu=run.device.kind == "cpu",
        bf16=run.device.precision == "bfloat16",
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        disable_tqdm=True,
        report_to="none",
        log_level="error",
    )
