"""Bundles of small random checkpoints, exported for real to ONNX, once a process and task."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixtures_checkpoints import class_name, write_checkpoint
from transformers import PreTrainedModel

from edgebert.exporter.job import run_export
from edgebert.exporter.recipe import Recipe
from edgebert.tasks import PAIR_TASKS

BUCKETS = (16, 32)
LABELS = {
    "text-classification": ("no", "yes", "[bold]maybe[/bold]", "\x1b[31mred"),
    "token-classification": ("O", "B-PER", "I-PER", "B-LOC"),
    "intent-and-slots": ("light", "music", "[bold]weather[/bold]"),
}
# Feature extraction is the bundle that most tests use: it has two modes, to choose from.
MODES = {"feature-extraction": ("dynamic", "fp32")}


@dataclass(frozen=True)
class TinyBundle:
    """A bundle's folder and the transformers module that it was exported from."""

    root: Path
    model: PreTrainedModel


_exported: dict[str, TinyBundle] = {}


def tiny_bundle(task: str, tmp_path_factory: pytest.TempPathFactory) -> TinyBundle:
    """Export the task's tiny checkpoint, or return the bundle where this process has it."""
    if task not in _exported:
        folder = tmp_path_factory.mktemp("tiny")
        labels = dict(enumerate(LABELS.get(task, ())))
        names = {"id2label": labels, "label2id": {v: k for k, v in labels.items()}}
        model = write_checkpoint(
            folder / "tiny-model", class_name(task), **(names if labels else {})
        )
        texts = folder / "texts.jsonl"
        with texts.open("w", encoding="utf-8") as file:
            for number in range(70):
                pair = {"first": f"turn on the light {number}", "second": "is it playing?"}
                file.write(json.dumps(pair) + "\n")
        recipe = Recipe(
            checkpoint=str(folder / "tiny-model"),
            task=task,
            calibration=str(texts),
            field="first",
            pair_field="second" if task in PAIR_TASKS else None,
            pooling="mean" if task == "feature-extraction" else None,
            backends=("onnx",),
            modes=MODES.get(task, ("fp32",)),
            buckets=BUCKETS,
        )
        _exported[task] = TinyBundle(run_export(recipe, folder / "bundle").root, model)
    return _exported[task]
