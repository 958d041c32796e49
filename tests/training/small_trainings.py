"""Rows and recipes of trainings that take a second."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edgebert.training.recipe import TrainingRecipe, read_training_recipe

INIT = """
max_length = 16
save_steps = {save_steps}

[init]
checkpoint = "bert"
groups = {groups}
"""
DISTIL = """
[distil]
texts = ["texts.txt"]
steps = 14
batch_size = 8
learning_rate = 2e-3
evaluations = 2
"""
TASK = """
[task]
name = "{name}"
train = ["{name}.jsonl"]
validation = "{name}.jsonl"
epochs = {epochs}
batch_size = 8
learning_rate = 2e-3
head_learning_rate = 1e-2
"""


def assistant_rows(count: int) -> Iterator[dict[str, Any]]:
    """Requests whose intent is their second word and whose slot is their last."""
    generator = random.Random(0)
    for _ in range(count):
        state = generator.choice(["on", "off"])
        polite = generator.choice([[], ["please"], ["would", "you"]])
        thing = generator.choice(["light", "lamp", "playing"])
        tokens = ["turn", state, *polite, "the", thing]
        yield {
            "text": " ".join(tokens),
            "tokens": tokens,
            "tags": ["O"] * (len(tokens) - 1) + ["B-device"],
            "label": f"switch {state}",
        }


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows, one a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_recipe(
    folder: Path,
    name: str | None = None,
    *,
    distil: bool = False,
    epochs: int = 3,
    groups: int = 4,
    save_steps: int = 4,
    extra: str = "",
) -> Path:
    """Write a recipe for a task, with or without distillation; `extra` ends its last table."""
    text = INIT.format(groups=groups, save_steps=save_steps)
    text += DISTIL if distil else ""
    text += TASK.format(name=name, epochs=epochs) if name else ""
    path = folder / f"{name}-{distil}-{epochs}-{groups}-{save_steps}-{abs(hash(extra))}.toml"
    path.write_text(text + extra)
    return path


def recipe_of(folder: Path, *arguments: Any, **options: Any) -> TrainingRecipe:
    """Write and read a recipe."""
    return read_training_recipe(write_recipe(folder, *arguments, **options))


def losses(record: dict[str, Any], stage: str) -> list[float]:
    """Return a stage's losses in a run's record, in order."""
    return [entry["loss"] for entry in record["stages"][stage]["history"] if "loss" in entry]
