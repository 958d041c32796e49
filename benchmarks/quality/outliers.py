r"""Static int8 of a checkpoint with channels a hundred times larger than their neighbours.

    python benchmarks/quality/outliers.py
    python benchmarks/quality/outliers.py checkpoints/assistant --task intent-and-slots \
        --calibration data/assistant/train.jsonl

In every layer a few channels of the values are multiplied by a factor, and the columns of the
matrix that reads them divided by it; a few channels of the keys likewise, and those of the queries
divided. What the model computes stays the same (the script compares it), only harder to quantise.
Then the checkpoint as it was and the one with outliers are quantised to static int8 with and
without the split of outlier channels, in PyTorch, on texts not calibrated on. Prints a table.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from command_line import OneCheckpoint, one_checkpoint
from quantised import quantise_everything

from edgebert.exporter.calibration import OUTLIER_LIMIT
from edgebert.exporter.checkpoint import load_checkpoint

FACTOR = 100.0
CHANNELS = 2
VARIANTS = (("minmax", 0), ("mse", 0), ("minmax", OUTLIER_LIMIT), ("mse", OUTLIER_LIMIT))


@torch.no_grad()
def add_outliers(model: Any) -> None:
    """Give every layer of a SqueezeBERT outlier channels, without changing what it computes.

    Values are weighted sums of their channels, read by the layer after the attention; queries and
    keys meet in a product channel by channel. So a factor on one side and its inverse on the other
    cancel. The drawn channels are the same in every run.
    """
    generator = torch.Generator().manual_seed(0)
    for layer in getattr(model, "transformer", model).encoder.layers:
        attention, reader = layer.attention, layer.post_attention.conv1d
        for channel in torch.randperm(reader.in_channels, generator=generator)[:CHANNELS].tolist():
            _scale_rows(attention.value, channel, FACTOR)
            group, column = divmod(channel, reader.in_channels // reader.groups)
            rows = reader.out_channels // reader.groups
            reader.weight[group * rows : (group + 1) * rows, column] /= FACTOR
        for channel in torch.randperm(reader.in_channels, generator=generator)[:CHANNELS].tolist():
            _scale_rows(attention.key, channel, FACTOR)
            _scale_rows(attention.query, channel, 1 / FACTOR)


def _scale_rows(convolution: Any, channel: int, factor: float) -> None:
    convolution.weight[channel] *= factor
    convolution.bias[channel] *= factor


def write_outlier_checkpoint(source: Path, task: str, target: Path) -> None:
    """Write a checkpoint with outliers, and check that it computes what its source does.

    Raises:
        ValueError: it computes something else.

    """
    model: Any = load_checkpoint(str(source), task).model
    ids = torch.arange(1000, 1032)[None]
    with torch.inference_mode():
        expected = model(ids)[0]
        add_outliers(model)
        found = model(ids)[0]
    error = float((found - expected).abs().max() / expected.abs().max())
    if not error < 1e-4:
        raise ValueError(f"the model with outliers is off by {error:.2e} of its largest output")
    model.save_pretrained(target)
    for name in ("vocab.txt", "tokenizer_config.json", "tokenizer.json"):
        if (source / name).exists():
            shutil.copy(source / name, target)


def table(checkpoints: dict[str, OneCheckpoint]) -> Iterator[str]:
    """Quantise everything, and yield a table in Markdown on texts not calibrated on."""
    yield "| checkpoint | observer | outlier channels | deviation % | agreement | worst cosine |"
    yield "|---|---|---|---|---|---|"
    for name, checkpoint in checkpoints.items():
        for observer, outliers in VARIANTS:
            recipe = checkpoint.recipe(observer=observer, outlier_limit=outliers)
            found = quantise_everything(recipe)[1]
            split = f"split, at most {outliers}" if outliers else "not split"
            figures = f"{100 * found.deviation:.2f} | {found.agreement:.4f}"
            yield f"| {name} | {observer} | {split} | {figures} | {found.worst_cosine:.4f} |"


def main() -> None:
    """Make the checkpoint and print the table."""
    source = one_checkpoint(__doc__)
    with tempfile.TemporaryDirectory() as place:
        target = Path(place) / "outliers"
        write_outlier_checkpoint(Path(source.folder), source.task, target)
        checkpoints = {"as it was": source, "with outliers": replace(source, folder=str(target))}
        for line in table(checkpoints):
            print(line, flush=True)


if __name__ == "__main__":
    main()
