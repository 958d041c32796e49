"""CLINC150: 150 intents of ten domains, and texts that belong to none of them."""

from __future__ import annotations

import json
from pathlib import Path

from edgebert.errors import EdgebertError
from edgebert.training.datasets.rows import OUT_OF_SCOPE, LabelledText, readable

PARTS = {"train": "train", "validation": "val", "test": "test"}


def read_clinc150(path: Path, part: str) -> list[LabelledText]:
    """Read one part with its texts out of scope.

    Args:
        path: data_full.json.
        part: one of `PARTS`.

    Raises:
        EdgebertError: the file cannot be read, or is not CLINC150's.

    """
    name = PARTS[part]
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = [LabelledText(text, readable(label)) for text, label in content[name]]
        return rows + [LabelledText(text, OUT_OF_SCOPE) for text, _ in content[f"oos_{name}"]]
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise EdgebertError(f"{path}: is not CLINC150's data_full.json ({error!r})") from error
