"""A small checkpoint with one linear whose int8 form is useless, though in fp32 it is like any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from fixtures_checkpoints import class_name, write_checkpoint

LAYERS = 3
SPOILED_LAYER = 1
SPOILED_CHANNEL = 19  # of the feed-forward block's inner ones

# The second linear's group of that layer that reads the channel: of 8 groups with 8 channels each.
SPOILED_SITE = f"layers.{SPOILED_LAYER}.ffn.down.{SPOILED_CHANNEL // 8}"


def write_spoiled(folder: Path, task: str, **config: Any) -> None:
    """Write a SqueezeBERT checkpoint whose site `SPOILED_SITE` does not survive int8.

    One channel in front of the linear is always next to zero (GELU of about -8), so its weights
    can be anything. They are so large that every row's int8 step is beyond the other weights.
    """
    settings = {"num_hidden_layers": LAYERS, **config}
    model: Any = write_checkpoint(folder, class_name(task), **settings)
    encoder = getattr(model, "transformer", model).encoder
    layer = encoder.layers[SPOILED_LAYER]
    with torch.no_grad():
        layer.intermediate.conv1d.weight[SPOILED_CHANNEL] *= 0.1
        layer.intermediate.conv1d.bias[SPOILED_CHANNEL] = -8.0
        readers = layer.output.conv1d.weight.view(8, -1, 8)  # [groups, out, in]
        readers[SPOILED_CHANNEL // 8, :, SPOILED_CHANNEL % 8] = 300.0
    model.save_pretrained(folder)
