"""Opens a .pte: the program, and the segments of data behind it.

The layout is ExecuTorch's: a flatbuffer with a header after its identifier that says where the
segments begin (https://docs.pytorch.org/executorch/stable/pte-file-format.html). The schema is the
one that the installed ExecuTorch brings along, read as data: importing ExecuTorch's own reader
imports torch, takes seconds and prints.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from edgebert.inspection.flatbuffer import Schema, decode, parse_schema
from edgebert.inspection.flatbuffer.reader import Table

_HEADER_MAGIC = b"eh00"

# ScalarType of the schema -> dtype and bytes of an element.
SCALAR_TYPES = {
    "BYTE": ("uint8", 1),
    "CHAR": ("int8", 1),
    "SHORT": ("int16", 2),
    "INT": ("int32", 4),
    "LONG": ("int64", 8),
    "HALF": ("float16", 2),
    "FLOAT": ("float32", 4),
    "DOUBLE": ("float64", 8),
    "BOOL": ("bool", 1),
    "BFLOAT16": ("bfloat16", 2),
    "UINT16": ("uint16", 2),
    "UINT32": ("uint32", 4),
    "UINT64": ("uint64", 8),
}


@dataclass(frozen=True)
class PteFile:
    """An opened .pte.

    Attributes:
        program: the decoded flatbuffer, a ``Program`` of the schema.
        segments: the data behind it, by index.
        named: segments that are referred to by a key.
    """

    program: Table
    segments: tuple[memoryview, ...]
    named: dict[str, memoryview]

    def delegate_data(self, delegate: Table) -> memoryview:
        """Return the bytes that a delegate of a method was compiled to."""
        where = delegate["processed"]
        if where["location"] == "SEGMENT":
            return self.segments[int(where["index"])]
        return memoryview(self.program["backend_delegate_data"][where["index"]]["data"])


def read_pte(data: bytes) -> PteFile:
    """Open a .pte.

    Raises:
        ValueError: the file does not hold together.
    """
    view = memoryview(data)
    end, base = len(data), 0
    if data[8:12] == _HEADER_MAGIC:
        end = int.from_bytes(data[16:24], "little")
        base = int.from_bytes(data[24:32], "little")
    program = decode(_schema(), view[:end])
    if not program["execution_plan"]:
        raise ValueError("no method in it")
    segments = []
    for segment in program["segments"] or ():
        start = base + segment["offset"]
        if start + segment["size"] > len(data):
            raise ValueError(f"a segment ends at {start + segment['size']} of {len(data)} bytes")
        segments.append(view[start : start + segment["size"]])
    named = {
        entry["key"]: segments[entry["segment_index"]] for entry in program["named_data"] or ()
    }
    return PteFile(program, tuple(segments), named)


def instructions(plan: Table) -> Iterator[tuple[str, Table]]:
    """Yield the (kind, arguments) of a method's instructions in execution order."""
    for chain in plan["chains"]:
        for instruction in chain["instructions"]:
            yield instruction["instr_args"]


def tensor_of(value: Table) -> Table | None:
    """Return the tensor that a value of a method is, or None where it is something else."""
    kind, table = value["val"] or ("Null", {})
    return table if kind == "Tensor" else None


def dtype_of(tensor: Table) -> str:
    """Return the dtype of a tensor."""
    name = tensor["scalar_type"]
    return SCALAR_TYPES[name][0] if name in SCALAR_TYPES else str(name).lower()


def bytes_of(tensor: Table) -> int:
    """Return the bytes that a tensor's elements take; types this does not know count as bytes."""
    _, item_size = SCALAR_TYPES.get(tensor["scalar_type"], ("", 1))
    return item_size * math.prod(int(size) for size in tensor["sizes"])


@cache
def _schema() -> Schema:
    folder = "exir/_serialize"
    return parse_schema(
        read_schema(f"{folder}/program.fbs"), read_schema(f"{folder}/scalar_type.fbs")
    )


def read_schema(path: str) -> str:
    """Read a schema of the installed ExecuTorch.

    Args:
        path: in ExecuTorch's package.

    Raises:
        ImportError: ExecuTorch is not installed, or has no such file.
    """
    try:
        return files("executorch").joinpath(path).read_text("utf-8")
    except OSError as error:
        raise ImportError(f"the installed executorch lacks {path}") from error
