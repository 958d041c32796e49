"""The recipe of a training run: what is trained, on what and how, as a TOML file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from edgebert.errors import EdgebertError
from edgebert.toml_file import read_toml

TRAINED_TASKS = (
    "intent-and-slots",
    "text-classification",
    "token-classification",
    "question-answering",
)
Schedule = Literal["one-cycle", "linear"]
Precision = Literal["float32", "float16"]
Pooler = Literal["keep", "identity"]

# [CLS], a token of each text and their [SEP]s.
_SHORTEST = 5


class InitStage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the weights come from.

    Attributes:
        checkpoint: folder, hub id, or ``package:NAME/FOLDER`` of an installed Python package.
        groups: groups of every convolution but the one after the attention, which gets 1; by
            default as the checkpoint has them.
        revision: branch, tag or commit of a hub id.

    """

    checkpoint: str
    groups: int | None = None
    revision: str | None = None


class Optimization(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a stage descends: AdamW with a schedule.

    Attributes:
        batch_size: rows of a step.
        learning_rate: the highest of the schedule.
        schedule: "one-cycle" (cosine up, then down to nearly nothing) or "linear" (up, then down
            to zero).
        warmup: the share of the steps in which the learning rate rises.
        weight_decay: of matrices; biases and LayerNorms have none.
        dropout: of hidden states and attention.

    """

    batch_size: int = 64
    learning_rate: float = 4e-4
    schedule: Schedule = "one-cycle"
    warmup: float = 0.2
    weight_decay: float = 0.01
    dropout: float = 0.1


class DistilStage(Optimization, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Teaching the encoder a teacher's hidden states and attention relations on plain texts.

    Attributes:
        texts: files of texts: .txt (one a line), or .jsonl with a field text or tokens.
        steps: steps in all; the texts are gone through as often as that takes.
        teacher: a checkpoint of the same width, depth and vocabulary; by default the one of init,
            before it was grouped.
        hidden_weight: of the hidden states' relative squared error.
        relation_weight: of the attention relations' divergence.
        relation_layers: how many of the last layers' relations are compared; by default all.
        validation_texts: how many texts, drawn by the seed, are kept aside.
        evaluations: how often the texts kept aside are looked at.
        train_embeddings: whether the embeddings are trained too, or stay the teacher's.

    """

    texts: tuple[str, ...]
    steps: int
    teacher: str | None = None
    hidden_weight: float = 1.0
    relation_weight: float = 1.0
    relation_layers: int | None = None
    validation_texts: int = 1000
    evaluations: int = 20
    train_embeddings: bool = False
    dropout: float = 0.0


class TaskStage(Optimization, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Training a head, and the encoder with it, on labelled rows.

    Attributes:
        name: one of `TRAINED_TASKS`.
        train: files of rows, as `edgebert evaluate` reads them.
        validation: a file of rows to look at after every epoch.
        epochs: how often the rows are gone through.
        head_learning_rate: the highest of the schedule, for the head.
        pooler: what the layer between the first token and a text classifier starts as: "keep" for
            the checkpoint's, or "identity" where that was never trained, as in encoders of
            sentences.
        label_smoothing: the share of the probability that the target gives to all labels alike.
        out_of_scope: the label of rows that belong to none of the others, if there is one: it has
            a recall of its own, and accuracy is that of the other rows.
        slot_weight: of the slots' loss in the joint task.
        teacher: a checkpoint of this task with the same labels, whose logits are learnt too.
        texts: files of texts without labels, to learn the teacher's logits from.
        teacher_weight: the share of the teacher's logits in the loss; the rest is the labels'.
        temperature: divides both models' logits where they are compared.

    """

    name: str
    train: tuple[str, ...]
    validation: str
    epochs: int = 6
    head_learning_rate: float = 3e-3
    pooler: Pooler = "keep"
    label_smoothing: float = 0.1
    out_of_scope: str | None = None
    slot_weight: float = 1.0
    teacher: str | None = None
    texts: tuple[str, ...] = ()
    teacher_weight: float = 0.5
    temperature: float = 2.0


class TrainingRecipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that decides what a training run makes, but for the data's content.

    Attributes:
        init: where the weights come from.
        distil: teaching the encoder, if at all.
        task: training a head, if at all; without it the encoder alone is what is made.
        max_length: tokens that texts are cut to.
        seed: of the order of the rows, of dropout and of new weights.
        weights: how the weights are stored.
        save_steps: a killed run loses at most so many steps.

    """

    init: InitStage
    distil: DistilStage | None = None
    task: TaskStage | None = None
    max_length: int = 64
    seed: int = 0
    weights: Precision = "float32"
    save_steps: int = 500

    def check(self) -> None:
        """Check what can be checked without reading data.

        Raises:
            EdgebertError: a number out of its range, an unknown task, or nothing to do.

        """
        if self.distil is None and self.task is None:
            raise EdgebertError("recipe: has neither [distil] nor [task], expected at least one")
        _at_least(_SHORTEST, max_length=self.max_length)
        _at_least(0, seed=self.seed)
        _at_least(1, save_steps=self.save_steps)
        if self.init.groups is not None:
            _at_least(1, init_groups=self.init.groups)
        if self.distil is not None:
            _check_distillation(self.distil)
        if self.task is not None:
            _check_task(self.task)


def read_training_recipe(path: Path) -> TrainingRecipe:
    """Read and check a recipe.

    Raises:
        EdgebertError: the file is missing, not TOML, or has unknown or wrong fields.

    """
    recipe = read_toml(path, TrainingRecipe)
    try:
        recipe.check()
    except EdgebertError as error:
        raise EdgebertError(f"recipe {path}: {error}") from error
    return recipe


def _check_distillation(stage: DistilStage) -> None:
    _check_optimization("distil", stage)
    _at_least(1, distil_steps=stage.steps, distil_evaluations=stage.evaluations)
    _at_least(1, distil_validation_texts=stage.validation_texts)
    _at_least(0, hidden_weight=stage.hidden_weight, relation_weight=stage.relation_weight)
    if stage.relation_layers is not None:
        _at_least(1, distil_relation_layers=stage.relation_layers)
    if stage.hidden_weight == stage.relation_weight == 0:
        raise EdgebertError("hidden_weight and relation_weight are 0, so distil learns nothing")
    _not_empty("distil.texts", stage.texts)


def _check_task(stage: TaskStage) -> None:
    if stage.name not in TRAINED_TASKS:
        raise EdgebertError(
            f"task.name {stage.name!r}: unknown, expected one of {', '.join(TRAINED_TASKS)}"
        )
    _check_optimization("task", stage)
    _at_least(1, task_epochs=stage.epochs)
    _at_least(0, slot_weight=stage.slot_weight)
    _not_empty("task.train", stage.train)
    _between(0, 1, label_smoothing=stage.label_smoothing, teacher_weight=stage.teacher_weight)
    if not (stage.head_learning_rate > 0 and stage.temperature > 0):
        raise EdgebertError(
            "task.head_learning_rate and task.temperature must be above 0, found "
            f"{stage.head_learning_rate} and {stage.temperature}"
        )
    if stage.texts and (stage.teacher is None or stage.name == "question-answering"):
        raise EdgebertError(
            "task.texts: have no labels, so they need a teacher, and a task whose input is a text"
        )
    if stage.pooler != "keep" and stage.name != "text-classification":
        raise EdgebertError(f"task.pooler: {stage.name} has none, only text-classification has")
    if stage.out_of_scope is not None and stage.name not in TRAINED_TASKS[:2]:
        raise EdgebertError(f"task.out_of_scope: goes with a text's label, not with {stage.name}")


def _check_optimization(stage: str, settings: Optimization) -> None:
    _at_least(1, **{f"{stage}_batch_size": settings.batch_size})
    _at_least(0, **{f"{stage}_weight_decay": settings.weight_decay})
    _between(0, 1, **{f"{stage}_warmup": settings.warmup, f"{stage}_dropout": settings.dropout})
    if not settings.learning_rate > 0:  # nan too
        raise EdgebertError(f"{stage}.learning_rate is {settings.learning_rate}, expected above 0")


def _at_least(least: float, **values: float) -> None:
    for name, value in values.items():
        if not value >= least:
            raise EdgebertError(f"{name} is {value}, expected at least {least}")


def _between(least: float, most: float, **values: float) -> None:
    for name, value in values.items():
        if not least <= value < most:
            raise EdgebertError(f"{name} is {value}, expected {least} or more and below {most}")


def _not_empty(name: str, values: Sequence[str]) -> None:
    if not values:
        raise EdgebertError(f"{name}: found none, expected at least one file")
