"""Parses flatbuffer schemas (.fbs): which tables there are, and in which slot each field lies.

A schema is the published contract of a format, and it is installed beside the runtime that writes
the format. Reading it at run time keeps every field number out of this code. The grammar is at
https://flatbuffers.dev/grammar/; of it, this knows what the schemas of ExecuTorch use (no structs).
"""

import re
from dataclasses import dataclass, field

# Bytes of each scalar type.
SCALARS = {
    "bool": 1, "byte": 1, "ubyte": 1, "int8": 1, "uint8": 1,
    "short": 2, "ushort": 2, "int16": 2, "uint16": 2,
    "int": 4, "uint": 4, "int32": 4, "uint32": 4, "float": 4, "float32": 4,
    "long": 8, "ulong": 8, "int64": 8, "uint64": 8, "double": 8, "float64": 8,
}  # fmt: skip

_BLOCK = re.compile(r"\b(table|union|enum|struct)\s+(\w+)\s*(?::\s*(\w+)\s*)?\{([^}]*)\}")
_FIELD = re.compile(
    r"(\w+)\s*:\s*(\[?)\s*([\w.]+)\s*\]?\s*(?:=\s*([\w.+-]+))?\s*(?:\([^)]*\))?\s*;"
)
_ROOT = re.compile(r"\broot_type\s+(\w+)\s*;")


@dataclass(frozen=True)
class Field:
    """One field of a table: its slot in the vtable, its type and its default.

    A union takes two slots: ``slot`` holds the number of its type, the next one the table.
    """

    name: str
    slot: int
    type: str
    is_vector: bool
    default: str | None


@dataclass(frozen=True)
class Schema:
    """The tables, unions and enumerations of a format.

    Attributes:
        root: the table that a file begins with.
        tables: the fields of each table.
        unions: of each union, the table that each type number stands for.
        enums: of each enumeration, the names by value.
        enum_scalars: the scalar type that an enumeration is stored as.
    """

    root: str
    tables: dict[str, tuple[Field, ...]] = field(default_factory=dict)
    unions: dict[str, dict[int, tuple[str, str]]] = field(default_factory=dict)
    enums: dict[str, dict[int, str]] = field(default_factory=dict)
    enum_scalars: dict[str, str] = field(default_factory=dict)


def parse_schema(*texts: str) -> Schema:
    """Parse the texts of a schema: the file with ``root_type``, and those that it includes.

    Raises:
        ValueError: no root type, or a construct that this parser does not know.
    """
    text = re.sub(r"//[^\n]*", "", "\n".join(texts))
    root = _ROOT.search(text)
    if root is None:
        raise ValueError("the schema has no root_type")
    schema = Schema(root.group(1))
    blocks = [match.groups() for match in _BLOCK.finditer(text)]
    for kind, name, scalar, body in blocks:
        if kind == "struct":
            raise ValueError(f"the schema has a struct, {name}, which this parser does not know")
        if kind == "enum":
            schema.enums[name] = _parse_enum(body)
            schema.enum_scalars[name] = scalar
        elif kind == "union":
            schema.unions[name] = _parse_union(body)
    for kind, name, _, body in blocks:
        if kind == "table":
            schema.tables[name] = _parse_table(body, schema.unions)
    return schema


def _parse_enum(body: str) -> dict[int, str]:
    names: dict[int, str] = {}
    value = -1
    for entry in filter(None, (part.strip() for part in body.split(","))):
        name, _, given = (part.strip() for part in entry.partition("="))
        value = int(given) if given else value + 1
        names[value] = name
    return names


def _parse_union(body: str) -> dict[int, tuple[str, str]]:
    """Return (alias, table) by type number; 0 means that the union is absent."""
    members: dict[int, tuple[str, str]] = {}
    for entry in filter(None, (part.strip() for part in body.split(","))):
        alias, _, table = (part.strip() for part in entry.partition(":"))
        members[len(members) + 1] = (alias, table or alias)
    return members


def _parse_table(body: str, unions: dict[str, dict[int, tuple[str, str]]]) -> tuple[Field, ...]:
    fields = []
    slot = 0
    for name, bracket, type_name, default in _FIELD.findall(body):
        fields.append(Field(name, slot, type_name, bool(bracket), default or None))
        slot += 2 if type_name in unions else 1
    return tuple(fields)
