"""Reads and writes .tflite files as objects, and keeps them small."""

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

# Bytes: where data behind the flatbuffer starts, and from which size on it is worth a look.
ALIGNMENT = 64
SHARED_FROM = 4096


def read_model(data: bytes) -> Any:
    """Parse a .tflite file into the schema's object form (``ModelT``).

    Buffers that the file keeps behind the flatbuffer are brought back into it.
    """
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    for buffer in model.buffers:
        if buffer.offset > 1:  # 0 and 1 mean "no such data"
            end = buffer.offset + buffer.size
            buffer.data = np.frombuffer(data[buffer.offset : end], np.uint8)
            buffer.offset = buffer.size = 0
    return model


def pack_model(model: Any) -> bytes:
    """Serialise a ``ModelT``, storing equal parts once.

    Every signature has tensors and operators of its own, most of them equal to another signature's,
    and with the tensors the scales and zero points of every channel of the weights. A flatbuffer
    may refer to one object from many places, so equal ones are written once.
    """
    cache: dict[Any, int] = {}
    for subgraph in model.subgraphs:
        for tensor in subgraph.tensors:
            if tensor.quantization is not None and tensor.quantization.scale is not None:
                tensor.quantization = _SharedQuantization(tensor.quantization, cache)
        subgraph.tensors = [_Shared(tensor, cache) for tensor in subgraph.tensors]
        subgraph.operators = [_Shared(operator, cache) for operator in subgraph.operators]
    moved, tail = _overlapping_buffers(model)
    for buffer, _ in moved:
        buffer.data, buffer.offset = None, ALIGNMENT  # any number but 0, which takes no room
    # The tail's place is known once all the rest has been packed.
    start = _aligned(len(_pack(model)))
    for buffer, offset in moved:
        buffer.offset = start + offset
    cache.clear()
    return _pack(model).ljust(start, b"\0") + tail


def _pack(model: Any) -> bytes:
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _overlapping_buffers(model: Any) -> tuple[list[tuple[Any, int]], bytes]:
    """Find buffers that begin like a larger one, to be stored behind the flatbuffer, overlapping.

    A constant that each signature cuts to its own length, such as the position rows, would else be
    stored once a signature.

    Returns:
        The buffers (their ``size`` set) with their places in the tail, and the tail.
    """
    contents = [
        (np.asarray(buffer.data, np.uint8).tobytes(), buffer)
        for buffer in model.buffers
        if buffer.data is not None and len(buffer.data) >= SHARED_FROM
    ]
    groups: dict[bytes, list[tuple[bytes, Any]]] = {}
    for data, buffer in sorted(contents, key=lambda content: -len(content[0])):
        group = groups.setdefault(data[:SHARED_FROM], [])
        if not group or group[0][0].startswith(data):
            group.append((data, buffer))
    moved, tail = [], b""
    for group in groups.values():
        if len(group) == 1:
            continue
        for data, buffer in group:
            buffer.size = len(data)
            moved.append((buffer, len(tail)))
        tail += group[0][0].ljust(_aligned(len(group[0][0])), b"\0")
    return moved, tail


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def add_metadata(model: Any, name: str, value: str) -> None:
    """Add an entry to a model's metadata, which engines look up by its name."""
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(value.encode(), np.uint8)
    entry = schema.MetadataT()
    entry.name, entry.buffer = name.encode(), len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or []), entry]


def operator_code(model: Any, operator: Any) -> int:
    """Return the ``BuiltinOperator`` of an operator."""
    return int(model.operatorCodes[operator.opcodeIndex].builtinCode)


class _Shared:
    """Stands in for an object while packing: equal ones are written once."""

    def __init__(self, content: Any, cache: dict[Any, int]) -> None:
        self.content = content
        self.cache = cache

    def Pack(self, builder: Any) -> int:  # noqa: N802  (the schema's name)
        """Write the object, or refer to the one already written."""
        key = _identity(self.content)
        if key not in self.cache:
            self.cache[key] = self.content.Pack(builder)
        return self.cache[key]


def _identity(value: Any) -> Any:
    """Return something hashable that is equal for objects of equal content."""
    if isinstance(value, _SharedQuantization):
        return value.identity
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.tobytes())
    if isinstance(value, list | tuple):
        return tuple(_identity(part) for part in value)
    if hasattr(value, "__dict__"):
        parts = ((name, _identity(part)) for name, part in sorted(vars(value).items()))
        return (type(value).__name__, *parts)
    return value


class _SharedQuantization:
    """Stands in for ``QuantizationParametersT`` while packing: equal ones share one table."""

    def __init__(self, parameters: Any, cache: dict[Any, int]) -> None:
        self.scale = np.asarray(parameters.scale, np.float32)
        self.zero_point = np.asarray(parameters.zeroPoint, np.int64)
        self.axis = parameters.quantizedDimension
        self.cache = cache
        self.identity = (self.scale.tobytes(), self.zero_point.tobytes(), self.axis)

    def Pack(self, builder: Any) -> int:  # noqa: N802  (the schema's name)
        """Write the parameters, or refer to those already written."""
        scale = self._vector(builder, self.scale)
        zero_point = self._vector(builder, self.zero_point)
        key = (scale, zero_point, self.axis)
        if key not in self.cache:
            schema.QuantizationParametersStart(builder)
            schema.QuantizationParametersAddScale(builder, scale)
            schema.QuantizationParametersAddZeroPoint(builder, zero_point)
            schema.QuantizationParametersAddQuantizedDimension(builder, self.axis)
            self.cache[key] = schema.QuantizationParametersEnd(builder)
        return self.cache[key]

    def _vector(self, builder: Any, values: Any) -> int:
        key = (values.dtype.str, values.tobytes())
        if key not in self.cache:
            self.cache[key] = builder.CreateNumpyVector(values)
        return self.cache[key]
