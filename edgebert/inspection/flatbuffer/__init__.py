"""Decoding of flatbuffers by the schema that their makers publish."""

from edgebert.inspection.flatbuffer.reader import DamagedFlatbufferError, decode
from edgebert.inspection.flatbuffer.schema import Schema, parse_schema

__all__ = ["DamagedFlatbufferError", "Schema", "decode", "parse_schema"]
