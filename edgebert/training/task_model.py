"""Loading a trained model of a task: a teacher of logits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edgebert.exporter.checkpoint import load_checkpoint


def load_task_teacher(source: str, task: str) -> Any:
    """Load a checkpoint with its head, float32, in eval mode.

    Args:
        source: a folder, or for other tasks than the joint one a hub id.
        task: one of the recipe's tasks.

    Raises:
        EdgebertError: a wrong checkpoint.

    """
    if task == "intent-and-slots":
        from edgebert.exporter.checkpoint.joint import load_intent_and_slots

        return load_intent_and_slots(Path(source))
    checkpoint = load_checkpoint(source, task)
    model = checkpoint.model
    model.config.id2label = dict(enumerate(checkpoint.labels)) or model.config.id2label
    return model
