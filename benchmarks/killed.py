"""Kills a command at random moments, by SIGKILL, and looks at what it left each time.

    python benchmarks/killed.py --output bundles/x -- edgebert export recipe.toml -o bundles/x
    python benchmarks/killed.py --output trained/x -- edgebert train recipe.toml -o trained/x

After each kill the output must be absent or whole: a bundle has every file as its manifest says,
any other folder (a training's) is left to the last step. In the end the command runs undisturbed:
it must succeed, mend what it finds, and leave nothing beside its output. The exit status is 1 if
anything of that is not so.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from edgebert.bundle import open_bundle
from edgebert.bundle.check import check_files
from edgebert.bundle.manifest import MANIFEST_NAME
from edgebert.errors import EdgebertError


def state_of(output: Path) -> str:
    """Say what lies at the output.

    Raises:
        EdgebertError: a bundle that is not whole.

    """
    if not output.exists():
        return "nothing there"
    if not (output / MANIFEST_NAME).exists():
        return "a folder that is no bundle"
    problems = [f.problem for f in check_files(open_bundle(output)) if f.problem is not None]
    if problems:
        raise EdgebertError("; ".join(problems))
    return "a whole bundle"


def run_for(command: list[str], seconds: float | None) -> int | None:
    """Run a command with all that it starts; return its status, or None if it was killed."""
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def main() -> int:
    """Run, kill, look; and run to the end."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--output", type=Path, required=True, help="what the command writes")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--longest", type=float, help="seconds; by default what a whole run takes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    output, dice = options.output, random.Random(options.seed)
    if not command:
        parser.error("expected a command after --")
    longest = options.longest
    if longest is None:
        begun = time.monotonic()
        if run_for(command, None) != 0:
            parser.error("the command fails by itself")
        longest = time.monotonic() - begun
    failed = 0
    for number in range(1, options.times + 1):
        seconds = dice.uniform(0, longest)
        status = run_for(command, seconds)
        ended = "was killed" if status is None else f"ended with status {status}"
        try:
            found = state_of(output)
        except EdgebertError as error:
            found, failed = f"NOT WHOLE: {error}", failed + 1
        print(f"{number:>3}  {seconds:>8.2f} s  {ended}: {found}", flush=True)
    status = run_for(command, None)
    beside = sorted(p.name for p in output.parent.iterdir() if p.name.startswith(f".{output.name}"))
    print(f"undisturbed: status {status}, {state_of(output)}; beside it: {beside or 'nothing'}")
    return int(failed > 0 or status != 0 or bool(beside))


if __name__ == "__main__":
    sys.exit(main())
