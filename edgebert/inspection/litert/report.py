"""Reports on a .tflite."""

from collections.abc import Hashable, Mapping

from edgebert.inspection.litert.model import Operator, Signature, Tensor, read_tflite
from edgebert.inspection.litert.xnnpack import runs_on_xnnpack
from edgebert.inspection.precision import precision_mode, precision_of
from edgebert.inspection.report import FileReport, MethodReport, Precision, TensorReport
from edgebert.inspection.tally import OperatorTally, bytes_by_dtype

# Operators that multiply by weights where their second input is a constant.
_LINEAR = {"FULLY_CONNECTED", "BATCH_MATMUL", "CONV_2D", "DEPTHWISE_CONV_2D"}

_INT8_WEIGHTS = {"int4", "int8", "uint8"}


def report_tflite(data: bytes) -> FileReport:
    """Report on a .tflite.

    Raises:
        ImportError: LiteRT's package is not installed.
        Exception: the file does not hold together.
    """
    signatures = read_tflite(data)
    methods = tuple(_method(signature) for signature in signatures)
    constants: dict[Hashable, tuple[str, int]] = {
        tensor.buffer: (tensor.dtype, tensor.size)
        for signature in signatures
        for operator in signature.operators
        for tensor in operator.inputs
        if tensor.buffer is not None
    }
    return FileReport(
        backend="litert",
        precision=precision_mode(methods),
        size=len(data),
        methods=methods,
        constants=bytes_by_dtype(constants.values()),
    )


def _method(signature: Signature) -> MethodReport:
    tally = OperatorTally()
    for operator in signature.operators:
        tally.add(
            operator.name,
            _precision(operator),
            "xnnpack" if runs_on_xnnpack(operator) else "builtin",
            {tensor.buffer: tensor.size for tensor in operator.inputs if tensor.buffer is not None},
            linear=is_linear(operator),
        )
    return MethodReport(
        signature.name, _tensors(signature.inputs), _tensors(signature.outputs), tally.rows()
    )


def _tensors(tensors: Mapping[str, Tensor]) -> tuple[TensorReport, ...]:
    return tuple(TensorReport(name, tensor.dtype, tensor.shape) for name, tensor in tensors.items())


def is_linear(operator: Operator) -> bool:
    """Tell whether an operator multiplies its input by constant weights."""
    return operator.name in _LINEAR and operator.inputs[1].buffer is not None


def _precision(operator: Operator) -> Precision:
    """Judge an operator; a float input to int8 weights is quantised when the operator runs."""
    if is_linear(operator) and operator.inputs[0].dtype == "float32":
        return "dynamic int8" if operator.inputs[1].dtype in _INT8_WEIGHTS else "fp32"
    return precision_of([tensor.dtype for tensor in (*operator.inputs, *operator.outputs)])
