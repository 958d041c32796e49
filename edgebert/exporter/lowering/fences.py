"""Fences keep the LiteRT converter from folding other operators into linears."""

from typing import Any

import numpy as np
import torch
from ai_edge_litert import schema_py_generated as schema
from torch import Tensor, nn

from edgebert.exporter.graph import DeploymentGraph
from edgebert.exporter.lowering.tflite_file import operator_code
from edgebert.exporter.quantization.quantize import replace_linears

# Lower than any activation, and found in no model: it marks the operators to take out again.
FENCE = -1.0e30


class _Fenced(nn.Module):
    """A linear between two operators that the converter cannot see through.

    The converter would fold a LayerNorm's scale and shift into the linear that reads it, and the
    linear into a ReLU that follows: then the linear's input or output is no longer the one that
    was calibrated.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear

    def forward(self, x: Tensor) -> Tensor:
        """Map float32 [tokens, in] to float32 [tokens, out]."""
        return torch.clamp(self.linear(torch.clamp(x, min=FENCE)), min=FENCE)


def fence_linears(graph: DeploymentGraph) -> DeploymentGraph:
    """Return a copy of a graph with every linear between fences."""
    return replace_linears(graph, lambda _, linear: _Fenced(linear))


def remove_fences(model: Any) -> None:
    """Take the fences out again: whoever reads a fence's output reads its input instead."""
    for subgraph in model.subgraphs:
        instead: dict[int, int] = {}
        kept: list[Any] = []
        for operator in subgraph.operators:
            operator.inputs = [instead.get(index, index) for index in operator.inputs]
            if not _is_fence(model, subgraph, operator):
                kept.append(operator)
                continue
            source, target = operator.inputs[0], operator.outputs[0]
            if target not in subgraph.outputs:
                instead[target] = source
                continue
            instead[source] = target  # what the graph returns keeps its place
            for earlier in kept:
                earlier.inputs = [instead.get(index, index) for index in earlier.inputs]
                earlier.outputs = [instead.get(index, index) for index in earlier.outputs]
        subgraph.operators = kept


def _is_fence(model: Any, subgraph: Any, operator: Any) -> bool:
    if operator_code(model, operator) != schema.BuiltinOperator.MAXIMUM:
        return False
    bound = model.buffers[subgraph.tensors[operator.inputs[1]].buffer].data
    return bool(np.asarray(bound, np.uint8).tobytes() == np.float32(FENCE).tobytes())
