"""What the scripts that measure trained checkpoints are called with."""

from __future__ import annotations

import argparse
from pathlib import Path


def command_line(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of DATA, CHECKPOINTS, --output and --processes, to be added to."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("--output", type=Path, required=True, help="all figures, as JSON")
    parser.add_argument("--processes", type=int, default=2)
    return parser
