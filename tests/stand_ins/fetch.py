"""Fetches what the stand-ins for ARM devices are made of: python -m stand_ins.fetch.

All goes to .cache/arm, which git ignores; nothing is installed. Packages are Debian's, their
signatures checked by apt. A part that is there is kept, so an interrupted run goes on.
"""

import fcntl
import platform
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from stand_ins.roots import PARTS

from edgebert.errors import EdgebertError

CACHE = Path(__file__).parents[2] / ".cache" / "arm"
# The folder's name holds the version of roots.py: other contents are fetched anew.
CONTENTS = CACHE / "contents-1"


def missing_parts(wanted: Iterable[str] = PARTS) -> list[str]:
    """Return the parts that are not there."""
    return [name for name in wanted if not (CONTENTS / name).is_dir()]


def main() -> int:
    """Fetch what is missing and return the exit status."""
    if platform.machine() != "x86_64":
        print(f"found {platform.machine()}, expected x86_64", file=sys.stderr)
        return 1
    CONTENTS.mkdir(parents=True, exist_ok=True)
    with (CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = missing_parts()
        for number, name in enumerate(missing, start=1):
            print(f"{number} of {len(missing)}: {name} ...", flush=True)
            begin = time.monotonic()
            try:
                _fetch(name)
            except (EdgebertError, OSError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 1
            print(f"    {name}: {time.monotonic() - begin:.0f} s", flush=True)
    print(f"the stand-ins are in {CONTENTS}")
    return 0


def _fetch(name: str) -> None:
    with tempfile.TemporaryDirectory(dir=CACHE, prefix=f".{name}.") as scratch:
        whole = Path(scratch, "whole")
        PARTS[name](whole, Path(scratch))
        whole.rename(CONTENTS / name)


if __name__ == "__main__":
    sys.exit(main())
