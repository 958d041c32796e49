"""Loading a trained model of a task: a teacher of logits."""

from __future__ import annotations

from typing import Any

from edgebert.exporter.checkpoint import load_checkpoint


def load_task_teacher(source: str, task: str) -> tuple[Any, str]:
    """Load a checkpoint with its head, float32, in eval mode.

    Args:
        source: a folder or a hub id.
        task: one of the recipe's tasks.

    Returns:
        The model, and the SHA-256 of its weights.

    Raises:
        EdgebertError: a wrong checkpoint.

    """
    checkpoint = load_checkpoint(source, task)
    model = checkpoint.model
    model.config.id2label = dict(enumerate(checkpoint.labels)) or model.config.id2label
    return model, checkpoint.sha256
