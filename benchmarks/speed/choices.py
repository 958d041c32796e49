"""What the scripts here are called with."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from random_models import MODELS
from subjects import SUBJECTS, TOKENS

ARCHITECTURES = ("squeezebert", "bert")
FOLDER = Path(__file__).parents[2] / ".cache" / "speed"

Choices = Sequence[str] | Sequence[int]


def parse(
    description: str | None,
    *,
    numbers: Mapping[str, int] | None = None,
    output: Path | None = None,
    **more: Choices,
) -> argparse.Namespace:
    """Parse what all scripts take, each of it several times or not at all, which means all.

    Args:
        description: of the script.
        numbers: other options of its own, with their defaults.
        output: where its records go by default, if that may be chosen.
        more: options of its own of the same kind, by name.

    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options: dict[str, Choices] = {
        "model": tuple(MODELS),
        "architecture": ARCHITECTURES,
        "tokens": TOKENS,
        "peer": [subject.name for subject in SUBJECTS],
        **more,
    }
    for name, values in options.items():
        parser.add_argument(
            f"--{name}", type=type(values[0]), choices=values, action="append", help="default: all"
        )
    parser.add_argument(
        "--artifacts", type=Path, default=FOLDER, help="folder to keep them in and take from"
    )
    parser.add_argument("--again", action="store_true", help="also what is on record")
    for name, default in (numbers or {}).items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"default: {default}")
    if output is not None:
        parser.add_argument("--output", type=Path, default=output, help=f"default: {output.name}")
    arguments = parser.parse_args()
    for name, values in options.items():
        setattr(arguments, name, getattr(arguments, name) or list(values))
    return arguments


def chosen_models(arguments: argparse.Namespace) -> list[str]:
    """Return the names of the models that the command line asks for, the small ones first."""
    return [
        f"{architecture}-{size}"
        for size in arguments.model
        for architecture in arguments.architecture
    ]
