"""The scripts of ios_demo/tools."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

TOOLS = Path(__file__).parents[2] / "ios_demo" / "tools"
TOOL_MISSING = 77


def run(command: Sequence[str | Path], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a tool; what it prints to either stream is its output."""
    return subprocess.run(
        command,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
