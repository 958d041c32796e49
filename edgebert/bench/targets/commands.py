"""Programs of this machine that reach a device."""

import subprocess
from collections.abc import Sequence


def run_to_end(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program that asks nothing to its end, and keep what it wrote, whatever its bytes.

    Raises:
        OSError: it cannot be started.

    """
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
