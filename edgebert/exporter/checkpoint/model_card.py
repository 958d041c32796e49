"""The licence that a checkpoint's model card names."""

from __future__ import annotations

import re
from pathlib import Path

_HEADER = re.compile(r"---\s*\n(.*?)\n---\s*(\n|$)", re.DOTALL)
_LICENSE = re.compile(r"""^license:[ \t]*["']?([^\s"'#\[]+)""", re.MULTILINE)


def read_license(folder: Path) -> str | None:
    """Return the licence that the YAML header of README.md names, None where it names none.

    The header's `license` is one plain word on the hub ("apache-2.0"), so no YAML parser is needed.
    """
    try:
        card = (folder / "README.md").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    header = _HEADER.match(card.lstrip("\ufeff"))
    found = _LICENSE.search(header[1]) if header else None
    return found[1] if found else None
