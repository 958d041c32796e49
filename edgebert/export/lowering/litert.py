"""Lowering to LiteRT: one .tflite with a signature a bucket, quantised by the calibration table."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ai_edge_litert import schema_py_generated as schema

from edgebert.errors import EdgebertError
from edgebert.export.calibration import representable_range
from edgebert.export.lowering.program import Program, Report, method_name
from edgebert.export.lowering.quiet import quiet
from edgebert.export.lowering.tflite_file import (
    operator_code,
    pack_model,
    read_model,
    write_model,
)
from edgebert.export.quantization.modules import DynamicLinear, StaticLinear
from edgebert.export.quantization.plan import QuantizationPlan


def lower_litert(program: Program, path: Path, report: Report) -> None:
    """Write a program as .tflite.

    The fp32 graph is converted, the tensors of its linears are named by their sites, and AI Edge
    Quantizer quantises exactly those, with the plan's ranges in place of its own calibration.

    Args:
        program: what to lower.
        path: the file to write.
        report: told what is being done.
    """
    report("converting")
    model = read_model(_convert(program))
    name_tensors(model, program)
    if program.plan.mode == "fp32":
        write_model(model, path)
        return
    report("quantizing")
    quantized = read_model(_quantize(pack_model(model), program.plan))
    _set_weight_scales(quantized, program)
    write_model(quantized, path)


def _convert(program: Program) -> bytes:
    with quiet(), torch.no_grad():
        import litert_torch

        converter: Any = litert_torch
        for bucket in program.buckets:
            inputs = program.sample_inputs(bucket)
            converter = converter.signature(method_name(bucket), program.graph, None, inputs)
        return bytes(converter.convert(strict_export=False).model_content())


def name_tensors(model: Any, program: Program) -> None:
    """Name the input, weight and output of every linear by signature and site.

    A FULLY_CONNECTED is known by its weights. Where two linears have the same weights, the first
    to run is the first in the graph. All other tensors between inputs and outputs get a short
    name: converters repeat the whole module path in each.

    Raises:
        EdgebertError: a linear of the graph is not in the model, or the other way round.
    """
    by_weight: dict[bytes, list[str]] = {}
    for site, linear in program.graph.sites().items():
        by_weight.setdefault(linear.weight.detach().numpy().tobytes(), []).append(site)
    for signature in model.signatureDefs:
        subgraph = model.subgraphs[signature.subgraphIndex]
        key = signature.signatureKey.decode()
        sites = {weight: list(names) for weight, names in by_weight.items()}
        outer = {*subgraph.inputs, *subgraph.outputs}
        for number, tensor in enumerate(subgraph.tensors):
            if number not in outer:
                tensor.name = f"{key}/{number}".encode()
        for operator in subgraph.operators:
            if operator_code(model, operator) != schema.BuiltinOperator.FULLY_CONNECTED:
                continue
            tensors = [subgraph.tensors[number] for number in operator.inputs if number >= 0]
            weight = bytes(np.asarray(model.buffers[tensors[1].buffer].data, np.uint8))
            if not sites.get(weight):
                raise EdgebertError("litert: the converter made a linear the graph does not have")
            site = sites[weight].pop(0)
            named = [*zip(("input", "weight", "bias"), tensors, strict=False)]
            named.append(("output", subgraph.tensors[operator.outputs[0]]))
            for part, tensor in named:
                if tensor is not None:
                    tensor.name = f"{key}/{site}.{part}".encode()
        left = [site for names in sites.values() for site in names]
        if left:
            raise EdgebertError(f"litert: the converter lost the linear {left[0]}")


def _quantize(model: bytes, plan: QuantizationPlan) -> bytes:
    from ai_edge_quantizer import qtyping, quantizer

    def tensor_config(symmetric: bool, granularity: Any) -> Any:
        return qtyping.TensorQuantizationConfig(8, symmetric, granularity)

    channelwise = tensor_config(True, qtyping.QuantGranularity.CHANNELWISE)
    dynamic = qtyping.OpQuantizationConfig(
        weight_tensor_config=channelwise, compute_precision=qtyping.ComputePrecision.INTEGER
    )
    static = qtyping.OpQuantizationConfig(
        activation_tensor_config=tensor_config(False, qtyping.QuantGranularity.TENSORWISE),
        weight_tensor_config=channelwise,
        compute_precision=qtyping.ComputePrecision.INTEGER,
    )
    configs = {"static": static, "dynamic": dynamic}
    linear = qtyping.TFLOperationName.FULLY_CONNECTED
    tool = quantizer.Quantizer(model)
    for site, decision in plan.linears.items():
        if decision.precision in configs:
            scope = f"/{re.escape(site)}\\.output;"
            tool.update_quantization_recipe(scope, linear, configs[decision.precision])
    if plan.int8_embedding:
        lookup = qtyping.TFLOperationName.EMBEDDING_LOOKUP
        tool.update_quantization_recipe(".*", lookup, dynamic)
    with quiet():
        result = tool.quantize(
            _ranges(read_model(model), plan),
            enable_progress_bar=False,
            enable_progress_report=False,
        )
    return bytes(result.quantized_model)


def _ranges(model: Any, plan: QuantizationPlan) -> dict[str, Any]:
    """Return the plan's ranges by tensor name, in the form that the quantizer calibrates to."""
    sites = plan.static_sites()
    ranges = {}
    for subgraph in model.subgraphs:
        for tensor in subgraph.tensors:
            name = tensor.name.decode()
            site, _, part = name.partition("/")[2].rpartition(".")
            if site not in sites or part not in ("input", "output"):
                continue
            parameters = getattr(sites[site], part)
            bounds = representable_range(parameters)
            ranges[name] = {
                "min": np.array([[bounds.min]], np.float32),
                "max": np.array([[bounds.max]], np.float32),
            }
    return ranges


def _set_weight_scales(model: Any, program: Program) -> None:
    """Give weights (and biases) the very scales of the quantised graph.

    The quantizer's own are equal but for the last bit, and but for rows of zeros, to which it
    gives a scale too small for XNNPACK.
    """
    modules = dict(program.quantized.named_modules())
    scales = {}
    for site, path in program.graph.site_paths().items():
        module = modules[path]
        if isinstance(module, StaticLinear | DynamicLinear):
            scales[site] = module.weight.scales.numpy()
    sites = program.plan.static_sites()
    for subgraph in model.subgraphs:
        for tensor in subgraph.tensors:
            site, _, part = tensor.name.decode().partition("/")[2].rpartition(".")
            if site not in scales:
                continue
            if part == "weight":
                tensor.quantization.scale = scales[site]
            elif part == "bias" and site in sites:
                parameters = sites[site].input
                assert parameters is not None
                tensor.quantization.scale = np.float32(parameters.scale) * scales[site]
