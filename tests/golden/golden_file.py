"""Writing of golden files: plain ASCII JSON with one case a line, so that changes can be read."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def write_golden(path: Path, head: Mapping[str, Any], lists: Mapping[str, Sequence[Any]]) -> None:
    """Write the members of `head` on a line each, and of each list one item a line."""

    def compact(value: Any) -> str:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)

    members = [f"{compact(name)}: {compact(value)}" for name, value in head.items()]
    for name, items in lists.items():
        rows = ",\n".join(map(compact, items))
        members.append(f"{compact(name)}: [\n{rows}\n]")
    path.write_text("{\n" + ",\n".join(members) + "\n}\n", encoding="ascii")
