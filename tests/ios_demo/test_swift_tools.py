"""Which program named swift the scripts of ios_demo/tools take for Swift."""

import os
from pathlib import Path

import pytest
from swift_tools import TOOL_MISSING, TOOLS, run


def has_swift(folder: Path, printed: str) -> bool:
    """Whether a program that prints a version is taken for Swift, being the first in the PATH."""
    program = folder / "swift"
    program.write_text(f"#!/bin/sh\necho '{printed}'\n", "utf-8")
    program.chmod(0o755)
    return run([TOOLS / "has_swift.sh"], PATH=f"{folder}:{os.environ['PATH']}").returncode == 0


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Swift version 6.0.3 (swift-6.0.3-RELEASE)", True),
        ("swift-driver version: 1.115 Apple Swift version 6.1 (swiftlang-6.1.0.110.21)", True),
        ("Swift version 10.0 (swift-10.0-RELEASE)", True),
        ("Swift version 5.10.1 (swift-5.10.1-RELEASE)", False),
        ("python-swiftclient 8.0.0", False),
    ],
)
def test_only_swift_6_or_newer_is_swift(tmp_path, printed, expected):
    assert has_swift(tmp_path, printed) == expected


def test_a_machine_without_mount_namespaces_is_told_from_a_failure(tmp_path):
    """CI asks this before it insists on Swift."""
    for name, lines in (("swift", "echo 'Swift version 5.10'"), ("unshare", "exit 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{lines}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    command = [TOOLS / "swift.sh", TOOLS.parents[1], tmp_path, "swift", "--version"]
    found = run(command, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert (found.returncode, "nstall Swift 6" in found.stdout) == (TOOL_MISSING, True)
