"""An index on a disk that is too small for it: a file system that ends with the test."""

import os
import shutil
import subprocess
import sys

import pytest

INSIDE = """
set -e
mount -t tmpfs -o size=$SIZE none "$DISK"
cp "$BEFORE" "$DISK/notes.index"
status=0
"$PYTHON" -m edgebert.cli index "$NOTES" --embedder "$BUNDLE" -o "$DISK/notes.index" || status=$?
ls -A "$DISK"
if cmp -s "$BEFORE" "$DISK/notes.index"; then echo same; fi
exit $status
"""


def index_on_a_disk(size, disk, **places):
    """Build an index on a file system of so many bytes, which has an older one."""
    disk.mkdir(exist_ok=True)
    unshare = shutil.which("unshare")
    command = [unshare, "--mount", "--user", "--map-root-user", "sh", "-c", INSIDE]
    if unshare is None or subprocess.run([*command[:-3], "true"], check=False).returncode:
        pytest.skip("no file system of its own can be had here (unshare)")
    names = {"SIZE": size, "DISK": disk, "PYTHON": sys.executable, **places}
    environment = {**os.environ, **{name: str(at) for name, at in names.items()}}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_full_disk_leaves_the_older_index(edgebert, notes, tiny, tmp_path):
    before = tmp_path / "before.index"
    assert edgebert("index", notes, "--embedder", tiny.root, "-o", before)[0] == 0
    room = before.stat().st_size + 16_384
    (notes / "long.txt").write_text("".join(f"Note number {n}.\n\n" * 2 for n in range(2000)))
    places = {"BEFORE": before, "NOTES": notes, "BUNDLE": tiny.root}
    full = index_on_a_disk(room, tmp_path / "disk", **places)
    assert full.returncode == 2, full.stderr
    assert full.stdout.split() == ["notes.index", "same"]
    problem = full.stderr.splitlines()[-1]
    assert problem.startswith("error: ")
    assert "No space left on device" in problem
    enough = index_on_a_disk(room * 100, tmp_path / "disk", **places)
    assert enough.returncode == 0, enough.stderr
    assert enough.stdout.split()[-1] == "notes.index"  # alone, and not the same
