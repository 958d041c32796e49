"""Which operators of a .tflite LiteRT hands to XNNPACK.

The source is the delegate itself (tflite/delegates/xnnpack/xnnpack_delegate.cc in
google-ai-edge/LiteRT, ``VisitNode`` and the checks of each visitor; the README beside it lags
behind). Left out are conditions that text encoders meet: number of dimensions, fused activations,
axes and shapes that are constants. A test asks the installed runtime what its delegate took.
"""

from edgebert.inspection.litert.model import Operator

# In float32 and, with scales, in int8 or uint8.
_FLOAT_OR_INT8 = {
    "ADD",
    "BATCH_MATMUL",
    "CONCATENATION",
    "CONV_2D",
    "DEPTH_TO_SPACE",
    "DEPTHWISE_CONV_2D",
    "DEQUANTIZE",
    "ELU",
    "EXPAND_DIMS",
    "FULLY_CONNECTED",
    "LEAKY_RELU",
    "LOGISTIC",
    "MAX_POOL_2D",
    "MEAN",
    "MUL",
    "PAD",
    "QUANTIZE",
    "REDUCE_MAX",
    "REDUCE_MIN",
    "RESHAPE",
    "RESIZE_BILINEAR",
    "SLICE",
    "SPACE_TO_DEPTH",
    "SPLIT",
    "STRIDED_SLICE",
    "SUB",
    "SUM",
    "TANH",
    "TRANSPOSE",
    "TRANSPOSE_CONV",
}

# In float32 only: quantised, they run on LiteRT's own kernels.
_FLOAT = {
    "ABS",
    "AVERAGE_POOL_2D",
    "CEIL",
    "COS",
    "DIV",
    "EXP",
    "FLOOR",
    "GELU",
    "HARD_SWISH",
    "LOG",
    "MAXIMUM",
    "MINIMUM",
    "NEG",
    "PRELU",
    "RELU",
    "RELU6",
    "RELU_N1_TO_1",
    "ROUND",
    "RSQRT",
    "SIN",
    "SOFTMAX",
    "SQRT",
    "SQUARE",
    "SQUARED_DIFFERENCE",
}


def runs_on_xnnpack(operator: Operator) -> bool:
    """Tell whether the delegate takes an operator, by its name and the dtypes of its data."""
    dtypes = {tensor.dtype for tensor in (*operator.inputs[:1], *operator.outputs)}
    if operator.name in _FLOAT:
        return dtypes == {"float32"}
    return operator.name in _FLOAT_OR_INT8 and dtypes <= {"float32", "int8", "uint8"}
