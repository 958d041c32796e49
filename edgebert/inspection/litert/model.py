"""Opens a .tflite with the schema classes that LiteRT's Python package brings along."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# TensorType of the schema -> dtype, where lower case does not do.
_DTYPES = {"STRING": "string", "RESOURCE": "resource", "VARIANT": "variant"}


@dataclass(frozen=True)
class Tensor:
    """A tensor of a subgraph.

    Attributes:
        name: as the file has it.
        dtype: of its elements.
        shape: in elements; -1 where it is not known before the model runs.
        buffer: number of the buffer with its data, where it is a constant.
        size: bytes of that data.
        scales: float32, one for the tensor or one a channel, where it is quantised.
        zero_points: int64, as many.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    buffer: int | None
    size: int
    scales: NDArray[np.float32] | None
    zero_points: NDArray[np.int64] | None


@dataclass(frozen=True)
class Operator:
    """An operator: its name in the schema (or of the custom operator), and its tensors."""

    name: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


@dataclass(frozen=True)
class Signature:
    """An entry point: inputs and outputs by name, and the operators behind it."""

    name: str
    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]
    operators: tuple[Operator, ...]


def read_tflite(data: bytes) -> tuple[Signature, ...]:
    """Open a .tflite: its signatures, or its subgraphs where it has none.

    Raises:
        ImportError: LiteRT's package is not installed.
        Exception: the file does not hold together; the schema classes raise what they come upon.
    """
    from ai_edge_litert import schema_py_generated as schema

    model: Any = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    if not model.subgraphs or not model.operatorCodes:
        raise ValueError("no graph in it")
    sizes = [_buffer_size(buffer, len(data)) for buffer in model.buffers]
    dtypes = _names(schema.TensorType)
    kinds = _names(schema.BuiltinOperator)
    codes = [_operator_name(code, kinds) for code in model.operatorCodes]
    graphs = []
    for subgraph in model.subgraphs:
        tensors = [_tensor(tensor, dtypes, sizes) for tensor in _list(subgraph.tensors)]
        operators = tuple(_operator(operator, codes, tensors) for operator in subgraph.operators)
        graphs.append((subgraph, tensors, operators))
    signatures = tuple(_signature(entry, graphs) for entry in model.signatureDefs or ())
    return signatures or tuple(_unnamed(*graph) for graph in graphs)


def _names(enumeration: Any) -> dict[int, str]:
    return {number: name for name, number in vars(enumeration).items() if isinstance(number, int)}


def _list(values: Any) -> list[Any]:
    return [] if values is None else list(values)


def _buffer_size(buffer: Any, file_size: int) -> int:
    """Return a buffer's bytes. Large models keep the data behind the flatbuffer, at an offset."""
    if buffer.offset > 1:  # 0 and 1 mean "no such data"
        if buffer.offset + buffer.size > file_size:
            end = buffer.offset + buffer.size
            raise ValueError(f"a buffer ends at {end} of {file_size} bytes")
        return int(buffer.size)
    return 0 if buffer.data is None else len(buffer.data)


def _operator_name(code: Any, kinds: dict[int, str]) -> str:
    # Operators up to 127 are also in the older, narrower field, and only there in older files.
    number = max(code.builtinCode, code.deprecatedBuiltinCode)
    name = kinds.get(number, str(number))
    return code.customCode.decode() if name == "CUSTOM" and code.customCode else name


def _tensor(tensor: Any, dtypes: dict[int, str], sizes: list[int]) -> Tensor:
    name = dtypes.get(tensor.type, str(tensor.type))
    size = sizes[tensor.buffer]
    quantization = tensor.quantization
    quantized = quantization is not None and len(_list(quantization.scale)) > 0
    signature = _list(tensor.shapeSignature)
    return Tensor(
        name=tensor.name.decode() if tensor.name else "",
        dtype=_DTYPES.get(name, name.lower()),
        shape=tuple(int(dimension) for dimension in signature or _list(tensor.shape)),
        buffer=tensor.buffer if size else None,
        size=size,
        scales=np.asarray(quantization.scale, np.float32) if quantized else None,
        zero_points=np.asarray(quantization.zeroPoint, np.int64) if quantized else None,
    )


def _operator(operator: Any, codes: list[str], tensors: list[Tensor]) -> Operator:
    return Operator(
        codes[operator.opcodeIndex],
        tuple(tensors[number] for number in _list(operator.inputs) if number >= 0),
        tuple(tensors[number] for number in _list(operator.outputs) if number >= 0),
    )


def _signature(
    entry: Any, graphs: list[tuple[Any, list[Tensor], tuple[Operator, ...]]]
) -> Signature:
    _, tensors, operators = graphs[entry.subgraphIndex]

    def by_name(maps: Any) -> dict[str, Tensor]:
        return {item.name.decode(): tensors[item.tensorIndex] for item in _list(maps)}

    return Signature(
        entry.signatureKey.decode(), by_name(entry.inputs), by_name(entry.outputs), operators
    )


def _unnamed(subgraph: Any, tensors: list[Tensor], operators: tuple[Operator, ...]) -> Signature:
    def by_name(numbers: Any) -> dict[str, Tensor]:
        return {tensors[number].name: tensors[number] for number in _list(numbers)}

    name = subgraph.name.decode() if subgraph.name else "main"
    return Signature(name, by_name(subgraph.inputs), by_name(subgraph.outputs), operators)
