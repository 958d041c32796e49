"""Lowering to LiteRT: one .tflite with a signature a bucket, quantised by the calibration table."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ai_edge_litert import schema_py_generated as schema
from torch import Tensor

from edgebert.engines.litert import signature_name
from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import representable_range
from edgebert.exporter.graph import DeploymentGraph
from edgebert.exporter.lowering.fences import fence_linears, remove_fences
from edgebert.exporter.lowering.program import Program, Report, SitesByWeight
from edgebert.exporter.lowering.tflite_file import (
    add_metadata,
    operator_code,
    pack_model,
    read_model,
)
from edgebert.exporter.quantization.modules import DynamicLinear, StaticLinear
from edgebert.exporter.quantization.plan import EMBEDDING_SITE, QuantizationPlan
from edgebert.exporter.quiet import quiet

# XNNPACK takes this for a hint: where the processor has fp16 arithmetic (ARMv8.2 and later), what
# is fp32 in the file is computed in fp16, sums too; elsewhere nothing changes. Defined by
# TensorFlow Lite's reduced_precision_metadata.h.
HALF_PRECISION = ("reduced_precision_support", "fp16accfp16")


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
    if program.plan.mode == "fp32":
        path.write_bytes(_convert(program.graph, program))
        return
    model = read_model(_convert(fence_linears(program.graph), program))
    remove_fences(model)
    name_tensors(model, program)
    report("quantizing")
    quantized = read_model(_quantize(pack_model(model), program.plan))
    _set_weights(quantized, program)
    if program.half is not None:
        add_metadata(quantized, *HALF_PRECISION)
    for subgraph in quantized.subgraphs:
        outer = {*subgraph.inputs, *subgraph.outputs}
        for index, tensor in enumerate(subgraph.tensors):
            if index not in outer:
                name = tensor.name.partition(b"/")[2]
                tensor.name = b"" if name.isdigit() else name
    path.write_bytes(pack_model(quantized))


def _convert(graph: DeploymentGraph, program: Program) -> bytes:
    with quiet(), torch.no_grad():
        import litert_torch

        converter: Any = litert_torch
        for bucket in program.buckets:
            inputs = program.sample_inputs(bucket)
            converter = converter.signature(signature_name(bucket), graph, None, inputs)
        return bytes(converter.convert(strict_export=False).model_content())


def name_tensors(model: Any, program: Program) -> None:
    """Name the input, weight, bias and output of every linear by its site, the rest by number.

    A FULLY_CONNECTED is known by its weights. Converters repeat the whole module path in every
    name.

    Raises:
        RuntimeError: what is to be quantised is not in the model as it was.
        EdgebertError: two sites read one tensor and have different ranges for it.
    """
    word_weight = program.graph.embeddings.words.weight
    assert isinstance(word_weight, Tensor)
    words = word_weight.detach().numpy().tobytes()
    quantized = program.plan.quantized_sites()
    for number, subgraph in enumerate(model.subgraphs):
        sites = SitesByWeight(program.graph)
        has_words = False
        outer = {*subgraph.inputs, *subgraph.outputs}
        for index, tensor in enumerate(subgraph.tensors):
            if index not in outer:
                tensor.name = f"{number}/{index}".encode()
        for operator in subgraph.operators:
            code = operator_code(model, operator)
            tensors = [subgraph.tensors[index] for index in operator.inputs if index >= 0]
            output = subgraph.tensors[operator.outputs[0]]
            if code == schema.BuiltinOperator.EMBEDDING_LOOKUP:
                table = model.buffers[tensors[1].buffer].data
                if np.asarray(table, np.uint8).tobytes() == words:
                    output.name = f"{number}/{EMBEDDING_SITE}.output".encode()
                    has_words = True
            if code != schema.BuiltinOperator.FULLY_CONNECTED:
                continue
            weight = bytes(np.asarray(model.buffers[tensors[1].buffer].data, np.uint8))
            site = sites.take(weight)
            if site not in quantized:
                continue  # it may share its input with one that is, and must not name it
            _require_one_input(tensors[0].name, site, program.plan)
            named = [*zip(("input", "weight", "bias"), tensors, strict=False), ("output", output)]
            for part, tensor in named:
                tensor.name = f"{number}/{site}.{part}".encode()
        sites.require_taken(quantized, "litert")
        if not has_words:
            raise RuntimeError("litert: the converter changed the word embedding")


def _require_one_input(name: bytes, site: str, plan: QuantizationPlan) -> None:
    """Require that a site has the input range of another that reads the same tensor.

    Args:
        name: what the tensor is called so far: ``0/SITE.input`` if another site reads it.
        site: the site.
        plan: their quantization.

    Raises:
        EdgebertError: .tflite has one scale for a tensor, whoever reads it.
    """
    other, _, part = name.decode().partition("/")[2].rpartition(".")
    if part != "input" or plan.linears[other].input == plan.linears[site].input:
        return
    raise EdgebertError(
        f"litert: {other} and {site} read the same values, but the table has different input "
        "ranges for them, which a .tflite cannot hold; give both one range, or leave --backend "
        "litert out"
    )


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
        tool.update_quantization_recipe(f"/{EMBEDDING_SITE}\\.output;", lookup, dynamic)
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


def _set_weights(model: Any, program: Program) -> None:
    """Give weights and biases the very integers and scales of the quantised graph.

    The quantizer's own differ where a scale is at its smallest (rows of zeros, for example), and
    may in the last bit elsewhere.
    """
    modules = dict(program.quantized.named_modules())
    linears = {
        site: module
        for site, path in program.graph.site_paths().items()
        if isinstance(module := modules[path], StaticLinear | DynamicLinear)
    }
    for subgraph in model.subgraphs:
        for tensor in subgraph.tensors:
            site, _, part = tensor.name.decode().partition("/")[2].rpartition(".")
            linear = linears.get(site)
            if linear is not None and part == "weight":
                _set_constant(model, tensor, linear.weight.values, linear.weight.scales)
            elif isinstance(linear, StaticLinear) and part == "bias":
                _set_constant(model, tensor, linear.integer_bias, linear.step)


def _set_constant(model: Any, tensor: Any, values: Tensor, scales: Tensor) -> None:
    tensor.quantization.scale = scales.numpy()
    data = values.numpy().view(np.uint8).reshape(-1)
    buffer = model.buffers[tensor.buffer]
    if len(buffer.data) != len(data):
        raise RuntimeError(f"litert: {tensor.name.decode()} was not quantised to {values.dtype}")
    buffer.data = data
