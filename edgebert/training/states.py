"""What a killed run left of a stage: the trainer's last complete state."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STATE = "trainer_state.json"
_FOLDER = re.compile(r"checkpoint-(\d+)")


@dataclass(frozen=True)
class SavedState:
    """A state of transformers' Trainer.

    Attributes:
        folder: where it is.
        step: steps done.
        history: what was logged up to then.

    """

    folder: Path
    step: int
    history: list[dict[str, Any]]


def last_state(folder: Path) -> SavedState | None:
    """Find the last complete state in a trainer's output folder, and remove incomplete ones.

    The trainer writes its own state after weights, optimizer and generators, so a folder with a
    whole `trainer_state.json` is complete.
    """
    found: list[SavedState] = []
    for path in folder.glob("checkpoint-*"):
        state = _read(path) if _FOLDER.fullmatch(path.name) else None
        if state is None:
            shutil.rmtree(path, ignore_errors=True)
        else:
            found.append(state)
    return max(found, key=lambda state: state.step, default=None)


def _read(folder: Path) -> SavedState | None:
    try:
        content = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        return SavedState(folder, int(content["global_step"]), list(content["log_history"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
