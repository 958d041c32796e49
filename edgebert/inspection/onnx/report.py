"""Reports on a .onnx."""

from typing import Any

from edgebert.inspection.onnx.model import OnnxGraph, bytes_of, dtype_name, read_onnx
from edgebert.inspection.precision import precision_mode, precision_of
from edgebert.inspection.report import FileReport, MethodReport, Precision, TensorReport
from edgebert.inspection.tally import OperatorTally, bytes_by_dtype

# Operators that multiply by weights, and which of their inputs holds those. ONNX Runtime's own
# fused operators are in files that it has optimised.
LINEAR = {
    "Gemm": 1,
    "MatMul": 1,
    "FusedGemm": 1,
    "FusedMatMul": 1,
    "Conv": 1,
    "MatMulInteger": 1,
    "ConvInteger": 1,
    "DynamicQuantizeMatMul": 1,
    "MatMulIntegerToFloat": 1,
    "QGemm": 3,
    "QLinearMatMul": 3,
    "QLinearConv": 3,
}

# Those of them that multiply integers; a float32 input is quantised inside.
_INTEGER = {
    "MatMulInteger",
    "ConvInteger",
    "MatMulIntegerToFloat",
    "QGemm",
    "QLinearMatMul",
    "QLinearConv",
}

# Operators whose CPU kernel in ONNX Runtime calls MLAS (onnxruntime/core/mlas/inc/mlas.h and its
# callers in core/providers/cpu and contrib_ops/cpu).
_MLAS = {
    *LINEAR,
    "DequantizeLinear",
    "DynamicQuantizeLinear",
    "Erf",
    "Gelu",
    "QuantizeLinear",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "Transpose",
}


def report_onnx(data: bytes) -> FileReport:
    """Report on a .onnx, its nodes as they are stored: ONNX Runtime fuses many when it loads.

    A Gemm between DequantizeLinear and QuantizeLinear is one int8 kernel then, and is called int8
    here. Weights count for the operator that multiplies by them, not for the DequantizeLinear
    between.

    Raises:
        ImportError: the onnx package is not installed.
        Exception: the file does not hold together.
    """
    opened = read_onnx(data)
    graph = opened.graph
    tally = OperatorTally()
    for node in opened.nodes():
        is_form_of_constant = all(opened.stored(name) for name in node.input if name)
        read = (
            [] if is_form_of_constant else [n for name in node.input for n in opened.stored(name)]
        )
        tally.add(
            node.op_type,
            _precision(opened, node),
            "mlas" if node.op_type in _MLAS else "builtin",
            {name: bytes_of(opened.constants[name]) for name in read},
            linear=is_linear(opened, node),
        )
    arguments = [value for value in graph.input if value.name not in opened.constants]
    method = MethodReport(
        graph.name or "graph",
        tuple(_tensor(value) for value in arguments),
        tuple(_tensor(value) for value in graph.output),
        tally.rows(),
    )
    return FileReport(
        backend="onnx",
        precision=precision_mode([method]),
        size=len(data),
        methods=(method,),
        constants=bytes_by_dtype(
            (dtype_name(tensor.data_type), bytes_of(tensor)) for tensor in opened.constants.values()
        ),
    )


def _tensor(value: Any) -> TensorReport:
    kind = value.type.tensor_type
    shape = tuple(part.dim_param or part.dim_value for part in kind.shape.dim)
    return TensorReport(value.name, dtype_name(kind.elem_type), shape)


def is_linear(opened: OnnxGraph, node: Any) -> bool:
    """Tell whether a node multiplies by constant weights."""
    place = LINEAR.get(node.op_type)
    return place is not None and place < len(node.input) and bool(opened.stored(node.input[place]))


def _precision(opened: OnnxGraph, node: Any) -> Precision:
    if node.op_type in ("DynamicQuantizeLinear", "DynamicQuantizeMatMul"):
        return "dynamic int8"
    if node.op_type in ("QuantizeLinear", "DequantizeLinear"):
        return "int8"  # or int32, a bias of an int8 linear
    if node.op_type in _INTEGER:
        return "dynamic int8" if _quantized_at_run_time(opened, node.input[0]) else "int8"
    if is_linear(opened, node) and quantizer(opened, node.input[0]) is not None:
        return "int8"
    # Behind operators that are not ONNX's own, dtypes are not known.
    names = (*node.input, *node.output)
    return precision_of([opened.dtypes[name] for name in names if name in opened.dtypes])


def _quantized_at_run_time(opened: OnnxGraph, name: str) -> bool:
    """Tell whether integers were made with a scale that the graph computes."""
    source = opened.producers.get(name)
    if source is None:
        return False
    if source.op_type == "QuantizeLinear":
        return not opened.stored(source.input[1])
    return source.op_type in ("DynamicQuantizeLinear", "Cast")


def quantizer(opened: OnnxGraph, name: str) -> Any | None:
    """Return the QuantizeLinear behind a value that comes from a DequantizeLinear, or None."""
    dequantize = opened.producers.get(name)
    if dequantize is None or dequantize.op_type != "DequantizeLinear":
        return None
    quantize = opened.producers.get(dequantize.input[0])
    return quantize if quantize is not None and quantize.op_type == "QuantizeLinear" else None
