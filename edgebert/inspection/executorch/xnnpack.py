"""Opens what XNNPACK's delegate keeps in a .pte: a graph of its own, in a flatbuffer of its own."""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgebert.inspection.executorch.program import PteFile, read_schema
from edgebert.inspection.flatbuffer import Schema, decode, parse_schema
from edgebert.inspection.flatbuffer.reader import Table
from edgebert.inspection.precision import DYNAMIC_INT8

DELEGATE = "XnnpackBackend"

_HEADER_MAGIC = b"XH00"

# XNNDatatype without its prefix -> dtype. "qc" is per channel; "qd" and "qp" are
# quantised at run time.
DTYPES = {
    "fp32": "float32",
    "fp16": "float16",
    "bf16": "bfloat16",
    "qint8": "int8",
    "quint8": "uint8",
    "qcint8": "int8",
    "qint32": "int32",
    "qcint32": "int32",
    "int32": "int32",
    "qcint4": "int4",
    "qbint4": "int4",
    "qdint8": DYNAMIC_INT8,
    "qpint8": DYNAMIC_INT8,
}


@dataclass(frozen=True)
class Constant:
    """Stored data; the key is the same wherever the same data is shared."""

    key: Hashable
    data: memoryview


@dataclass(frozen=True)
class Value:
    """A tensor of a graph.

    Attributes:
        dtype: of its elements.
        constant: its data, where it is a constant.
        scales: its scales where it is quantised, float32: one for the tensor or one a channel.
        zero_point: what stands for zero; per-channel quantisation is symmetric.
        scale_constant: where the scales are stored apart from the graph, their data.
    """

    dtype: str
    constant: Constant | None
    scales: NDArray[np.float32] | None
    zero_point: int
    scale_constant: Constant | None


@dataclass(frozen=True)
class Node:
    """An operator, such as ``FullyConnected``, with what it reads and writes by role."""

    kind: str
    operands: dict[str, Value]


def read_graph(file: PteFile, delegate: Table) -> tuple[Node, ...]:
    """Open the graph of one XNNPACK delegate: its nodes in execution order.

    Raises:
        ValueError: the graph does not hold together.
    """
    data = file.delegate_data(delegate)
    if bytes(data[4:8]) != _HEADER_MAGIC:
        raise ValueError("an XNNPACK delegate without its header")
    start, size, base = (int.from_bytes(data[at : at + 4], "little") for at in (10, 14, 18))
    table = decode(_schema(), data[start : start + size])
    constants = []
    for number, entry in enumerate(table["constant_data"] or ()):
        key: Hashable = entry["named_key"] or (delegate["processed"]["index"], number)
        stored = file.named[key] if isinstance(key, str) else data[base + entry["offset"] :]
        if len(stored) < entry["size"]:
            raise ValueError(f"a constant has {len(stored)} of {entry['size']} bytes")
        constants.append(Constant(key, stored[: entry["size"]]))
    values = dict(_read_value(entry, constants) for entry in table["xvalues"] or ())
    return tuple(_read_node(entry, values) for entry in table["xnodes"] or ())


def _read_value(entry: Table, constants: list[Constant]) -> tuple[int, Value]:
    """Return a value's id and the value. Number 0 among the constants is "none of them"."""
    kind, table = entry["xvalue_union"]
    quantized = kind == "XNNQuantizedTensorValue"
    tensor = table["tensor_value"] if quantized else table
    name = str(tensor["datatype"]).removeprefix("xnn_datatype_")
    parameters: Table = {}
    if quantized and table["quant_params"] is not None:
        _, parameters = table["quant_params"]
    place = parameters.get("scale_buffer_idx")
    scale_constant = constants[place] if place else None
    scales: Any = parameters.get("scale")  # a number, a vector, or None: not of channels or tensor
    if scale_constant is not None:
        scales = np.frombuffer(scale_constant.data, "<f4", parameters["num_scales"])
    number = tensor["constant_buffer_idx"]
    value = Value(
        dtype=DTYPES.get(name, name),
        constant=constants[number] if number else None,
        scales=None if scales is None else np.atleast_1d(scales).astype(np.float32),
        zero_point=int(parameters.get("zero_point", 0)),
        scale_constant=scale_constant,
    )
    return int(tensor["id_out"]), value


def _read_node(entry: Table, values: dict[int, Value]) -> Node:
    kind, table = entry["xnode_union"]
    names = [name for name in table if name.endswith("_id")]
    concatenation = re.fullmatch(r"XNNConcatenate(\d)", kind)
    if concatenation:  # its table has a field for each input there could be
        used = range(1, int(concatenation.group(1)) + 1)
        names = [*(f"input{number}_id" for number in used), "output_id"]
    operands = {
        name.removesuffix("_id"): values[table[name]] for name in names if table[name] in values
    }
    return Node(kind.removeprefix("XNN"), operands)


@cache
def _schema() -> Schema:
    return parse_schema(read_schema("backends/xnnpack/serialization/schema.fbs"))
