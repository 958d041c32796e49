"""Lowering to ONNX: one graph with a dynamic length, quantised nodes as ONNX Runtime fuses them."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from edgebert.exporter.calibration import QuantParameters
from edgebert.exporter.lowering.program import Program, Report, SitesByWeight
from edgebert.exporter.quantization.modules import DynamicLinear, Int8Embedding, StaticLinear
from edgebert.exporter.quantization.plan import EMBEDDING_SITE
from edgebert.exporter.quiet import quiet

# Gelu is an operator of its own from 20 on. With 21 ONNX Runtime 1.31 fails to load: moving a
# dequantise node past a reshape, it mixes up the types of the zero point.
OPSET = 20


def lower_onnx(program: Program, path: Path, report: Report) -> None:
    """Write a program as .onnx, its length axis dynamic up to the largest bucket.

    Args:
        program: what to lower.
        path: the file to write.
        report: told what is being done.
    """
    report("converting")
    model = _convert(program)
    if program.plan.mode != "fp32":
        report("quantizing")
        _Quantizer(model.graph, program).rewrite()
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _convert(program: Program) -> onnx.ModelProto:
    inputs = program.sample_inputs(program.buckets[0])
    length = torch.export.Dim("length", min=2, max=max(program.graph.max_length, 3))
    with quiet(), torch.no_grad():
        exported = torch.onnx.export(
            program.graph,
            tuple(inputs.values()),
            dynamo=True,
            dynamic_shapes=tuple({1: length} for _ in inputs),
            input_names=list(inputs),
            output_names=list(program.graph.output_names),
            opset_version=OPSET,
            verbose=False,
        )
    assert exported is not None
    model = exported.model_proto
    model.producer_name = "edgebert"
    for node in model.graph.node:
        del node.metadata_props[:]  # source lines and module paths of the build machine
    del model.graph.value_info[:]
    del model.graph.metadata_props[:]
    return model


class _Quantizer:
    """Replaces the linears and the embedding of a converted graph by quantised nodes."""

    def __init__(self, graph: onnx.GraphProto, program: Program) -> None:
        self.graph = graph
        self.initializers = {tensor.name: tensor for tensor in graph.initializer}
        modules = dict(program.quantized.named_modules())
        paths = program.graph.site_paths()
        self.modules = {site: modules[path] for site, path in paths.items()}
        self.sites = SitesByWeight(program.graph)
        self.expected = program.plan.quantized_sites()
        self.words = program.quantized.embeddings.words
        self.nodes: list[onnx.NodeProto] = []

    def rewrite(self) -> None:
        """Rewrite the graph in place.

        Raises:
            RuntimeError: what is to be quantised is not in it as it was.
        """
        has_words = False
        for node in self.graph.node:
            site = self._site_of(node)
            module = self.modules.get(site)
            if isinstance(module, StaticLinear):
                self._static(node, site, module)
            elif isinstance(module, DynamicLinear):
                self._dynamic(node, site, module)
            elif self._is_words(node) and isinstance(self.words, Int8Embedding):
                self._embedding(node, self.words)
                has_words = True
            else:
                self.nodes.append(node)
        self.sites.require_taken(self.expected, "onnx")
        if isinstance(self.words, Int8Embedding) and not has_words:
            raise RuntimeError("onnx: the converter changed the word embedding")
        del self.graph.node[:]
        self.graph.node.extend(self.nodes)
        used = {name for node in self.nodes for name in node.input}
        kept = [tensor for tensor in self.initializers.values() if tensor.name in used]
        del self.graph.initializer[:]
        self.graph.initializer.extend(kept)

    def _site_of(self, node: onnx.NodeProto) -> str:
        """Return the site of a linear, and "" for other nodes."""
        if node.op_type not in ("Gemm", "MatMul") or node.input[1] not in self.initializers:
            return ""
        weight = numpy_helper.to_array(self.initializers[node.input[1]])
        stored_as_is = node.op_type == "Gemm"  # a MatMul has it transposed
        return self.sites.take((weight if stored_as_is else weight.T).tobytes()) or ""

    def _static(self, node: onnx.NodeProto, site: str, module: StaticLinear) -> None:
        """Quantise, dequantise, Gemm, quantise, dequantise: ONNX Runtime fuses it to QGemm."""
        scales = module.weight.scales.numpy()
        self._activation(f"{site}.input", module.input_parameters)
        self._activation(f"{site}.output", module.output_parameters)
        self._round_trip(f"{site}.input", node.input[0], f"{site}.input.dequantized")
        weight = self._dequantized(f"{site}.weight", module.weight.values.numpy(), scales)
        operands = [f"{site}.input.dequantized", weight]
        if len(node.input) > 2:
            bias, step = module.integer_bias.numpy(), module.step.numpy()
            operands.append(self._dequantized(f"{site}.bias", bias, step))
        self._add("Gemm", operands, f"{site}.product", transB=1)
        self._round_trip(f"{site}.output", f"{site}.product", node.output[0])

    def _dynamic(self, node: onnx.NodeProto, site: str, module: DynamicLinear) -> None:
        """Quantise each token at run time, multiply integers, take its scale and zero point out.

        ONNX's own DynamicQuantizeLinear has one scale for all tokens, which costs accuracy. This is
        the arithmetic of `DynamicLinear`, and of XNNPACK's dynamic kernels.
        """
        quantized, scale, zero_point = self._quantize_tokens(node.input[0], f"{site}.input")
        weight = self._constant(f"{site}.weight.int8", module.weight.values.numpy().T.copy())
        self._add("MatMulInteger", [quantized, weight], f"{site}.integers")
        self._add("Cast", [f"{site}.integers"], f"{site}.product", to=onnx.TensorProto.FLOAT)
        # sum((q - z) * w) = sum(q * w) - z * sum(w)
        sums = module.weight.values.numpy().astype(np.float32).sum(axis=1)
        self._add("Mul", [zero_point, self._constant(f"{site}.weight.sum", sums)], f"{site}.shift")
        self._add("Sub", [f"{site}.product", f"{site}.shift"], f"{site}.shifted")
        self._add("Mul", [f"{site}.shifted", scale], f"{site}.scaled_rows")
        scales = self._constant(f"{site}.weight.scale", module.weight.scales.numpy())
        if module.bias is None:
            self._add("Mul", [f"{site}.scaled_rows", scales], node.output[0])
            return
        self._add("Mul", [f"{site}.scaled_rows", scales], f"{site}.scaled")
        bias = self._constant(f"{site}.bias", module.bias.detach().numpy())
        self._add("Add", [f"{site}.scaled", bias], node.output[0])

    def _quantize_tokens(self, source: str, name: str) -> tuple[str, str, str]:
        """Quantise float32 [tokens, in] to uint8 with a scale and a zero point a token.

        uint8 and not int8: ONNX Runtime multiplies that several times faster.

        Returns:
            The names of the uint8 values and of scale and zero point, both float32 [tokens, 1].
        """
        axis = self._constant("dynamic.axis", np.array([-1], np.int64))
        zero = self._constant("dynamic.zero", np.array(0, np.float32))
        steps = self._constant("dynamic.steps", np.array(255, np.float32))
        smallest = self._constant(
            "dynamic.smallest_scale", np.array(np.finfo(np.float32).eps, np.float32)
        )
        self._add("ReduceMin", [source, axis], f"{name}.lowest", keepdims=1)
        self._add("Min", [f"{name}.lowest", zero], f"{name}.low")
        self._add("ReduceMax", [source, axis], f"{name}.highest", keepdims=1)
        self._add("Max", [f"{name}.highest", zero], f"{name}.high")
        self._add("Sub", [f"{name}.high", f"{name}.low"], f"{name}.width")
        self._add("Div", [f"{name}.width", steps], f"{name}.step")
        self._add("Max", [f"{name}.step", smallest], f"{name}.scale")
        self._add("Div", [f"{name}.low", f"{name}.scale"], f"{name}.low_steps")
        self._add("Round", [f"{name}.low_steps"], f"{name}.negative_zero_point")
        self._add("Neg", [f"{name}.negative_zero_point"], f"{name}.zero_point")
        self._add("Div", [source, f"{name}.scale"], f"{name}.steps")
        self._add("Round", [f"{name}.steps"], f"{name}.rounded")
        self._add("Add", [f"{name}.rounded", f"{name}.zero_point"], f"{name}.shifted")
        self._add("Clip", [f"{name}.shifted", zero, steps], f"{name}.clipped")
        self._add("Cast", [f"{name}.clipped"], f"{name}.quantized", to=onnx.TensorProto.UINT8)
        return f"{name}.quantized", f"{name}.scale", f"{name}.zero_point"

    def _is_words(self, node: onnx.NodeProto) -> bool:
        return bool(node.op_type == "Gather" and node.input[0] == f"{EMBEDDING_SITE}.weight")

    def _embedding(self, node: onnx.NodeProto, words: Int8Embedding) -> None:
        """Gather int8 rows and their scales, and multiply."""
        rows = self._constant("embeddings.words.int8", words.values.numpy())
        scales = self._constant("embeddings.words.scale", words.scales.numpy()[:, None])
        self._add("Gather", [rows, node.input[1]], "embeddings.words.row")
        self._add("Gather", [scales, node.input[1]], "embeddings.words.row_scale")
        self._add(
            "Cast", ["embeddings.words.row"], "embeddings.words.row_fp32", to=onnx.TensorProto.FLOAT
        )
        self._add(
            "Mul", ["embeddings.words.row_fp32", "embeddings.words.row_scale"], node.output[0]
        )

    def _activation(self, name: str, parameters: QuantParameters) -> None:
        self._constant(f"{name}.scale", np.array(parameters.scale, np.float32))
        self._constant(f"{name}.zero_point", np.array(parameters.zero_point, np.int8))

    def _round_trip(self, name: str, source: str, target: str) -> None:
        parameters = [f"{name}.scale", f"{name}.zero_point"]
        self._add("QuantizeLinear", [source, *parameters], f"{name}.quantized")
        self._add("DequantizeLinear", [f"{name}.quantized", *parameters], target)

    def _dequantized(
        self, name: str, values: NDArray[np.generic], scales: NDArray[np.float32]
    ) -> str:
        integers = self._constant(f"{name}.integers", values)
        constant_scales = self._constant(f"{name}.scale", scales)
        operands = [integers, constant_scales]
        if values.dtype == np.int8:
            # Without zero points, and with shared ones, ONNX Runtime fails to load the fused node.
            zeros = np.zeros(len(scales), values.dtype)
            operands.append(self._constant(f"{name}.zero_point", zeros))
        self._add("DequantizeLinear", operands, f"{name}.dequantized", axis=0)
        return f"{name}.dequantized"

    def _constant(self, name: str, values: NDArray[np.generic]) -> str:
        self.initializers[name] = numpy_helper.from_array(np.asarray(values, order="C"), name)
        return name

    def _add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
