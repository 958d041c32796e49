"""The folder beside the output where an unfinished run keeps what it has done."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edgebert.errors import EdgebertError

RECORD_NAME = "training.json"

_RUN = "run.json"


class RunFolder:
    """An unfinished run's states, and the output's place.

    Attributes:
        target: where the checkpoint is to be.
        path: the states, in a hidden folder beside the target.

    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(f".{target.name}.training")
        self._new = target.with_name(f".{target.name}.partial")
        self._retired = target.with_name(f".{target.name}.previous")

    def check_target(self) -> None:
        """Check that replacing the target loses nothing but an older training's result.

        Raises:
            EdgebertError: the target is a file or another folder.

        """
        if self._retired.exists() and not self.target.exists():
            self._retired.rename(self.target)  # a run was killed between two renames
        if not self.target.exists():
            return
        if not self.target.is_dir():
            raise EdgebertError(f"{self.target}: is a file, expected a folder to be written")
        if any(self.target.iterdir()) and not (self.target / RECORD_NAME).is_file():
            raise EdgebertError(
                f"{self.target}: holds other things than a trained checkpoint (no {RECORD_NAME}); "
                "choose another folder, or remove this one yourself"
            )

    def open(self, decided_by: Mapping[str, Any], *, restart: bool) -> bool:
        """Begin a run, or go on with one that was killed.

        Args:
            decided_by: everything that decides the result, as JSON values.
            restart: forget an unfinished run, whatever it was.

        Returns:
            Whether the run goes on.

        Raises:
            EdgebertError: an unfinished run that something else decided.

        """
        if restart:
            shutil.rmtree(self.path, ignore_errors=True)
        content = json.dumps(decided_by, sort_keys=True)
        fingerprint = hashlib.sha256(content.encode()).hexdigest()
        record = self.path / _RUN
        if record.is_file():
            if json.loads(record.read_text(encoding="utf-8")).get("fingerprint") != fingerprint:
                raise EdgebertError(
                    f"{self.path}: an unfinished run with another recipe, data, seed, limit or "
                    "device; choose another --output, or begin anew with --restart"
                )
            return True
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)
        partial = record.with_suffix(".partial")
        partial.write_text(json.dumps({"fingerprint": fingerprint}), encoding="utf-8")
        partial.rename(record)
        return False

    def fresh(self) -> Path:
        """Return an empty folder to write the checkpoint into."""
        shutil.rmtree(self._new, ignore_errors=True)
        self._new.mkdir(parents=True)
        return self._new

    def finish(self) -> None:
        """Put what was written in the target's place, and forget the run's states."""
        if self.target.exists():
            shutil.rmtree(self._retired, ignore_errors=True)
            self.target.rename(self._retired)
        self._new.rename(self.target)
        shutil.rmtree(self._retired, ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)


def replace_folder(new: Path, target: Path) -> None:
    """Rename a folder into the place of another, which is removed."""
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)
