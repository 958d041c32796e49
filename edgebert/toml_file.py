"""Reads what people write down, recipes and the like: TOML into a struct."""

import re
import tomllib
from pathlib import Path
from types import NoneType
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from edgebert.errors import EdgebertError

# The parser's own, what is no UTF-8 and integers of thousands of digits; and endless nesting.
TOML_ERRORS = (ValueError, RecursionError)

Kind = TypeVar("Kind", bound=msgspec.Struct)


def read_toml(
    path: Path, kind: type[Kind], *, what: str = "recipe", guide: str = "export/README.md"
) -> Kind:
    """Read a TOML file as a struct that forbids unknown fields.

    Args:
        path: the file.
        kind: the struct.
        what: what the file is called in messages.
        guide: where its fields are explained.

    Raises:
        EdgebertError: the file is missing, not TOML, or has unknown or wrong fields.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), kind)
    except OSError as error:
        raise EdgebertError(
            f"{what} {path}: {error.strerror or error}; expected a TOML file, see {guide}"
        ) from error
    except msgspec.ValidationError as error:  # which is a ValueError too
        raise EdgebertError(f"{what} {path}: {explain(error, kind)}") from error
    except TOML_ERRORS as error:
        raise EdgebertError(f"{what} {path}: not TOML: {error}") from error


def explain(error: msgspec.ValidationError, kind: type[msgspec.Struct]) -> str:
    """Return a validation error's text, and what names there are where one is unknown."""
    text, _, place = str(error).partition(" - at `$")
    wrong = _type_at(place, kind)
    if "unknown field" in text:
        text += f"; the fields are {', '.join(wrong.__struct_fields__)}"
    elif get_origin(wrong) is Literal:
        text += f", expected one of {', '.join(get_args(wrong))}"
    place = place.strip(".`")
    return f"{place}: {text}" if place else text


def _type_at(place: str, kind: Any) -> Any:
    """Return the type of a place of a struct, such as ``.task.schedule`` or ``.modes[0]``.

    A value of a table with names of the user's own stands as ``[...]``.
    """
    for step in re.findall(r"\w+|\[[\d.]+\]", place):
        if step.startswith("["):
            kind = get_args(kind)[-1 if get_origin(kind) is dict else 0]
        else:
            kind = next(f.type for f in msgspec.structs.fields(kind) if f.name == step)
        # What may be left out is typed as itself or None.
        kind = next((choice for choice in get_args(kind) if NoneType in get_args(kind)), kind)
    return kind
