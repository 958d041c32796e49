"""Decodes a flatbuffer into plain Python values, checking every offset against the buffer.

The layout is described at https://flatbuffers.dev/internals/.
"""

import struct
from typing import Any

import numpy as np

from edgebert.inspection.flatbuffer.schema import SCALARS, Field, Schema

Table = dict[str, Any]

_FORMATS = {
    "bool": "?", "byte": "b", "int8": "b", "ubyte": "B", "uint8": "B",
    "short": "h", "int16": "h", "ushort": "H", "uint16": "H",
    "int": "i", "int32": "i", "uint": "I", "uint32": "I",
    "long": "q", "int64": "q", "ulong": "Q", "uint64": "Q",
    "float": "f", "float32": "f", "double": "d", "float64": "d",
}  # fmt: skip

# More than any artifact of a text encoder has; damaged offsets may lead round in circles.
MAX_TABLES = 5_000_000


class DamagedFlatbufferError(ValueError):
    """An offset or a length points outside the buffer."""


def decode(schema: Schema, data: bytes | memoryview) -> Table:
    """Decode the root table of a flatbuffer.

    A table becomes a dict with all fields of its schema. Absent scalars have their default, all
    else that is absent is None. Enumerations become names, vectors of scalars numpy arrays that
    share memory with ``data``, other vectors lists, and a union the pair (member, table).

    Args:
        schema: the format's schema.
        data: the flatbuffer, beginning with the offset of its root table.

    Raises:
        DamagedFlatbufferError: ``data`` does not hold together.
    """
    try:
        reader = _Reader(schema, memoryview(data))
        return reader.table(schema.root, reader.offset(0))
    except (struct.error, ValueError, OverflowError) as error:
        raise DamagedFlatbufferError(f"not a {schema.root} flatbuffer ({error})") from error


class _Reader:
    def __init__(self, schema: Schema, data: memoryview) -> None:
        self.schema = schema
        self.data = data
        self.tables = 0

    def scalar(self, type_name: str, at: int) -> Any:
        """Read one scalar; struct refuses offsets beyond the end, but negative ones wrap."""
        if at < 0:
            raise DamagedFlatbufferError(f"offset {at} is before the start")
        return struct.unpack_from("<" + _FORMATS[type_name], self.data, at)[0]

    def offset(self, at: int) -> int:
        """Follow the relative offset stored at a position."""
        return at + int(self.scalar("uint", at))

    def table(self, name: str, at: int) -> Table:
        self.tables += 1
        if self.tables > MAX_TABLES:
            raise DamagedFlatbufferError(f"more than {MAX_TABLES} tables")
        vtable = at - int(self.scalar("int", at))
        slots = (int(self.scalar("ushort", vtable)) - 4) // 2
        table: Table = {}
        for field in self.schema.tables[name]:
            table[field.name] = self._field(field, at, vtable, slots)
        return table

    def _field(self, field: Field, at: int, vtable: int, slots: int) -> Any:
        where = self._slot(field.slot, at, vtable, slots)
        if field.type in self.schema.unions and not field.is_vector:
            target = self._slot(field.slot + 1, at, vtable, slots)
            return self._union(field.type, where, target)
        if where is None:
            return self._default(field)
        if field.is_vector:
            return self._vector(field.type, self.offset(where))
        return self._value(field.type, where)

    def _slot(self, slot: int, at: int, vtable: int, slots: int) -> int | None:
        """Return where a field's value lies, or None where the table leaves it out."""
        if slot >= slots:
            return None
        relative = int(self.scalar("ushort", vtable + 4 + 2 * slot))
        return at + relative if relative else None

    def _default(self, field: Field) -> Any:
        scalar = self._stored_as(field.type)
        if field.is_vector or scalar is None:
            return None
        if field.type in self.schema.enums:
            names = self.schema.enums[field.type]
            return field.default if field.default is not None else names.get(0, 0)
        if scalar == "bool":
            return field.default == "true"
        number = float if scalar in ("float", "float32", "double", "float64") else int
        return number(field.default or 0)

    def _value(self, type_name: str, at: int) -> Any:
        scalar = self._stored_as(type_name)
        if scalar is not None:
            value = self.scalar(scalar, at)
            names = self.schema.enums.get(type_name)
            return value if names is None else names.get(value, value)
        target = self.offset(at)
        return self._string(target) if type_name == "string" else self.table(type_name, target)

    def _stored_as(self, type_name: str) -> str | None:
        if type_name in SCALARS:
            return type_name
        return self.schema.enum_scalars.get(type_name)

    def _union(self, name: str, type_at: int | None, at: int | None) -> tuple[str, Table] | None:
        number = 0 if type_at is None else int(self.scalar("ubyte", type_at))
        if number == 0 or at is None:
            return None
        if number not in self.schema.unions[name]:
            raise DamagedFlatbufferError(f"{name} has no member {number}")
        member, table = self.schema.unions[name][number]
        return member, self.table(table, self.offset(at))

    def _string(self, at: int) -> str:
        return bytes(self._items(at, 1)).decode()

    def _vector(self, type_name: str, at: int) -> Any:
        scalar = self._stored_as(type_name)
        if scalar is not None:
            code = np.dtype("<" + _FORMATS[scalar])
            return np.frombuffer(self._items(at, code.itemsize), code)
        count = len(self._items(at, 4)) // 4
        return [self._value(type_name, at + 4 + 4 * number) for number in range(count)]

    def _items(self, at: int, size: int) -> memoryview:
        """Return the bytes of a vector's items, ``size`` each."""
        length = int(self.scalar("uint", at)) * size
        start = at + 4
        if start + length > len(self.data):
            raise DamagedFlatbufferError(f"{length} bytes at {start} are beyond the end")
        return self.data[start : start + length]
