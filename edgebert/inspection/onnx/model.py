"""Opens a .onnx: its nodes, constants and the dtypes between them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Nodes that only change the form of a constant: ONNX Runtime computes them once, on loading.
_FORM = {"DequantizeLinear", "Transpose", "Reshape", "Cast", "Identity"}


@dataclass(frozen=True)
class OnnxGraph:
    """The graph of a model, with its values found by name.

    Attributes:
        graph: the ``GraphProto``.
        constants: ``TensorProto`` by name: initializers and the values of Constant nodes.
        producers: the node that computes each value.
        dtypes: of each value that shape inference knows.
    """

    graph: Any
    constants: dict[str, Any]
    producers: dict[str, Any]
    dtypes: dict[str, str]

    @cached_property
    def consumers(self) -> dict[str, list[Any]]:
        """The nodes that read each value."""
        readers: dict[str, list[Any]] = {}
        for node in self.graph.node:
            for name in node.input:
                readers.setdefault(name, []).append(node)
        return readers

    def nodes(self) -> Iterator[Any]:
        """Yield the nodes that compute; Constant nodes only hold values."""
        for node in self.graph.node:
            if node.op_type != "Constant":
                yield node

    def stored(self, name: str) -> list[str]:
        """Return the constants a value is made of, or none where it depends on the input."""
        if name in self.constants:
            return [name]
        node = self.producers.get(name)
        if node is None or node.op_type not in _FORM:
            return []
        parts = [self.stored(part) for part in node.input if part]
        return [name for part in parts for name in part] if all(parts) else []

    def array(self, name: str) -> NDArray[Any]:
        """Return a constant's values."""
        from onnx import numpy_helper

        return np.asarray(numpy_helper.to_array(self.constants[name]))


def read_onnx(data: bytes) -> OnnxGraph:
    """Open a .onnx.

    Raises:
        ImportError: the onnx package is not installed.
        Exception: the file does not hold together; protobuf raises what it comes upon.
    """
    import onnx

    model = onnx.load_model_from_string(data)
    if not model.ir_version or not model.opset_import or not model.graph.node:
        raise ValueError("no graph in it")
    constants: dict[str, Any] = {tensor.name: tensor for tensor in model.graph.initializer}
    producers: dict[str, Any] = {}
    for node in model.graph.node:
        for name in node.output:
            producers[name] = node
        if node.op_type == "Constant" and node.attribute[0].HasField("t"):
            constants[node.output[0]] = node.attribute[0].t
    for name, tensor in constants.items():
        if tensor.raw_data and len(tensor.raw_data) != bytes_of(tensor):
            raise ValueError(f"{name} has {len(tensor.raw_data)} of {bytes_of(tensor)} bytes")
    return OnnxGraph(model.graph, constants, producers, _infer_dtypes(model))


def dtype_name(element_type: int) -> str:
    """Return the dtype of a ``TensorProto.DataType``."""
    from onnx import TensorProto

    name: str = TensorProto.DataType.Name(element_type).lower()
    return {"float": "float32", "double": "float64"}.get(name, name)


def bytes_of(tensor: Any) -> int:
    """Return the bytes that a constant's elements take."""
    from onnx import TensorProto, helper

    count: int = math.prod(tensor.dims)
    if tensor.data_type in (TensorProto.INT4, TensorProto.UINT4):
        return (count + 1) // 2
    itemsize: int = helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    return count * itemsize


def _infer_dtypes(model: Any) -> dict[str, str]:
    """Infer the dtype of every value, on a copy of the model without its weights.

    Only dtypes are wanted, and the inference serialises the whole model.
    """
    import onnx

    graph = model.graph
    declared = [
        onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, list(tensor.dims))
        for tensor in graph.initializer
    ]
    skeleton = onnx.helper.make_model(
        onnx.helper.make_graph(graph.node, graph.name, [*graph.input, *declared], graph.output),
        opset_imports=list(model.opset_import),
        ir_version=model.ir_version,
    )
    inferred = onnx.shape_inference.infer_shapes(skeleton).graph
    values = [*inferred.input, *inferred.value_info, *inferred.output]
    return {value.name: dtype_name(value.type.tensor_type.elem_type) for value in values}
