"""Reading the JSON files of a checkpoint folder, with one-line errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint.messages import one_line


def read_json(path: Path) -> Any:
    """Parse a JSON file.

    Raises:
        EdgebertError: the file cannot be read, is not UTF-8 or is not JSON.

    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise EdgebertError(f"{path}: is not valid JSON ({one_line(error)})") from error


def read_json_object(path: Path) -> dict[str, Any]:
    """Parse a JSON file whose top level is an object.

    Raises:
        EdgebertError: as `read_json`, or the top level is something else.

    """
    value = read_json(path)
    if not isinstance(value, dict):
        raise EdgebertError(
            f"{path}: holds a JSON {type(value).__name__}, expected an object of settings"
        )
    return value


def read_optional_json_object(path: Path) -> dict[str, Any]:
    """Parse a JSON file whose top level is an object; a missing file is an empty object.

    Raises:
        EdgebertError: as `read_json_object`.

    """
    return read_json_object(path) if path.is_file() else {}
