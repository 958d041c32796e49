"""What the scripts that measure trained checkpoints are called with."""

from __future__ import annotations

import argparse
from pathlib import Path

from sets import SETS, TrainedSet


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
