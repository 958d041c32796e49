"""Compares the deployment graph with the checkpoint's own module, on texts of this export."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from edgebert.bundle.manifest import MULTIPLE_CHOICE
from edgebert.errors import CheckFailedError
from edgebert.exporter.checkpoint import Checkpoint
from edgebert.exporter.encoding import TextInputs
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.text import Encoding

# Largest difference of an output, over its largest value or 1: float32 sums in another order.
MAX_DIFFERENCE = 1e-4


def check_rewrite(
    checkpoint: Checkpoint,
    graph: DeploymentGraph,
    encodings: Sequence[Encoding],
    inputs: TextInputs,
) -> None:
    """Run both on a few texts; all later figures are against the graph, so it must be the model.

    Args:
        checkpoint: with transformers' module.
        graph: rewritten from it, fp32.
        encodings: the texts.
        inputs: makes the graph's inputs of them.

    Raises:
        CheckFailedError: an output differs by more than `MAX_DIFFERENCE`.
    """
    for encoding in encodings:
        tensors = inputs.tensors(encoding)
        with torch.inference_mode():
            expected = _run_module(checkpoint, dict(zip(graph.input_names, tensors, strict=True)))
            outputs = dict(zip(graph.output_names, graph(*tensors), strict=True))
        for name, got in outputs.items():
            scale = max(float(expected[name].abs().max()), 1.0)
            difference = float((got - expected[name]).abs().max()) / scale
            if not difference <= MAX_DIFFERENCE:
                raise CheckFailedError(
                    f"{checkpoint.source}: the deployment graph's {name} differs from the "
                    f"checkpoint's by {difference:.2g}, expected at most {MAX_DIFFERENCE:.0e}; "
                    "nothing was written. This is an error of edgebert: please report it"
                )


def _run_module(checkpoint: Checkpoint, arguments: dict[str, Tensor]) -> dict[str, Tensor]:
    """Run transformers' module; return its outputs under the graph's names."""
    module: Any = checkpoint.model
    wide = {name: tensor.long() for name, tensor in arguments.items()}
    if checkpoint.task == MULTIPLE_CHOICE:  # [texts, choices, tokens]
        wide = {name: tensor.unsqueeze(1) for name, tensor in wide.items()}
    found = dict(module(**wide))
    if checkpoint.pooling == "mean":  # no padding here
        found["sentence_embedding"] = found["last_hidden_state"].mean(dim=1)
    elif checkpoint.pooling == "cls":
        found["sentence_embedding"] = found["last_hidden_state"][:, 0]
    return found
