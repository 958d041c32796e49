"""Tools whose newest release needs other packages than those that all the rest is made with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement
from peer_tools.source import Source


class UnavailableError(Exception):
    """A tool cannot be installed beside the others."""


def make_nothing(source: Source, path: Path, *, requirement: str) -> None:
    """Say why a tool makes no artifact here.

    Args:
        source: not used.
        path: not written.
        requirement: the release, as pip takes it.

    Raises:
        UnavailableError: always; it names what does not fit, as the release itself declares.

    """
    conflicts = find_conflicts(required_by(requirement))
    reason = "; ".join(conflicts[:3]) or "it fits, but nothing here knows how to run it"
    more = f"; {len(conflicts) - 3} more" if len(conflicts) > 3 else ""
    raise UnavailableError(f"{requirement} needs {reason}{more}")


def required_by(requirement: str) -> list[str]:
    """Ask pip what a release requires; nothing is installed.

    Raises:
        UnavailableError: pip cannot tell.

    """
    options = ["--dry-run", "--no-deps", "--ignore-installed", "--quiet", "--report", "-"]
    command = [sys.executable, "-m", "pip", "install", *options, requirement]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise UnavailableError(f"{requirement}: pip cannot find it ({last[:200]})")
    [installed] = json.loads(done.stdout)["install"]
    return list(installed["metadata"].get("requires_dist", []))


def find_conflicts(requirements: Sequence[str]) -> list[str]:
    """Return in words each requirement that an installed package does not fulfil.

    Requirements of extras, and packages that are not installed, do not conflict with anything.
    """
    conflicts = []
    for text in requirements:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            conflicts.append(f"{wanted.name}{wanted.specifier} (here {found})")
    return conflicts
