"""Reads the scales of statically quantised linears back out of a .onnx."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from edgebert.inspection.linear_scales import ActivationScale, LinearScales
from edgebert.inspection.onnx.model import OnnxGraph, read_onnx
from edgebert.inspection.onnx.report import is_linear, quantizer


def onnx_scales(data: bytes) -> dict[str, dict[str, LinearScales]]:
    """Return the scales of the graph's linears by site.

    A site is what the input's scale is named after: ``layers.0.ffn.up.1.input.scale``.

    Raises:
        ImportError: the onnx package is not installed.
        Exception: the file does not hold together.
    """
    opened = read_onnx(data)
    return {opened.graph.name: dict(_graph_scales(opened))}


def _graph_scales(opened: OnnxGraph) -> Iterator[tuple[str, LinearScales]]:
    for node in opened.nodes():
        if not is_linear(opened, node) or node.op_type not in ("Gemm", "MatMul"):
            continue
        source = quantizer(opened, node.input[0])
        target = _only_reader(opened, node.output[0], "QuantizeLinear")
        weight = opened.producers.get(node.input[1])
        if source is None or target is None or weight is None:
            continue
        if weight.op_type == "DequantizeLinear":
            yield (
                source.input[1].removesuffix(".input.scale"),
                LinearScales(
                    _activation(opened, source),
                    _activation(opened, target),
                    np.atleast_1d(opened.array(weight.input[1])).astype(np.float32),
                ),
            )


def _only_reader(opened: OnnxGraph, name: str, op_type: str) -> Any | None:
    readers = opened.consumers.get(name, [])
    return readers[0] if len(readers) == 1 and readers[0].op_type == op_type else None


def _activation(opened: OnnxGraph, quantize: Any) -> ActivationScale:
    """Read the parameters of a QuantizeLinear; without a zero point it is 0."""
    given = len(quantize.input) > 2 and quantize.input[2]
    zero_point = int(opened.array(quantize.input[2]).item()) if given else 0
    return ActivationScale(float(opened.array(quantize.input[1]).item()), zero_point)
