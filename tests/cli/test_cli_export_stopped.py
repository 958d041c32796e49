"""What `edgebert export` leaves when it is interrupted, killed, or runs out of disk."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli_exports import arguments, tree, write_shelf

import edgebert as package
from edgebert.bundle import check_bundle, open_bundle


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Path:
    """A folder with a checkpoint and texts."""
    return write_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def bundle(shelf) -> Path:
    """A bundle of the checkpoint."""
    options = {"calibration": shelf / "texts.txt", "calibration_texts": 16, "buckets": (16,)}
    task = "token-classification"
    package.export(shelf / "checkpoint", shelf / "bundle", task=task, backends=("onnx",), **options)
    return shelf / "bundle"


@pytest.fixture
def old(bundle, tmp_path) -> Path:
    """A copy of the bundle, alone in a folder of its own."""
    return Path(shutil.copytree(bundle, tmp_path / "place" / "bundle"))


def start(shelf: Path, output: Path, first: str = "") -> subprocess.Popen:
    """Start an export over a bundle, in a process that does something else first."""
    words = arguments(shelf, output, shelf / "checkpoint")
    program = f"{first}\nfrom edgebert.cli import main\nmain()"
    command = [sys.executable, "-c", program, *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def wait_for(process: subprocess.Popen, phase: str) -> None:
    """Wait until an export says that it is done with a phase."""
    said = []
    for line in process.stderr:
        said.append(line)
        if phase in line:
            return
    pytest.fail(f"the export ended before {phase}: {said}")


def test_a_second_export_is_refused_and_an_interrupted_one_leaves_the_old_bundle(
    edgebert, shelf, old
):
    before = tree(old.parent)
    with start(shelf, old) as process:
        wait_for(process, "calibrating: done")
        assert {path.name for path in old.parent.iterdir()} == {
            "bundle",
            ".bundle.lock",
            ".bundle.partial",
        }
        process.send_signal(signal.SIGSTOP)  # a slow machine gives it no head start
        second = edgebert(*arguments(shelf, old, shelf / "checkpoint"))
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        last = process.stderr.read().splitlines()[-1]
        assert process.wait(60) == 130
    assert last == "error: interrupted"
    assert second.status == 2
    assert f"process {process.pid} is writing there; wait" in second.err
    assert len(second.err.splitlines()) == 1
    assert tree(old.parent) == before


def test_what_a_killed_export_left_is_cleaned_up_by_the_next(edgebert, shelf, old):
    before = tree(old)
    with start(shelf, old) as process:
        wait_for(process, "calibrating: done")
        process.kill()
    assert tree(old) == before
    assert len(list(old.parent.iterdir())) > 1
    again = edgebert(*arguments(shelf, old, shelf / "checkpoint"))
    assert again.status == 0
    assert [path.name for path in old.parent.iterdir()] == ["bundle"]
    assert open_bundle(old).manifest.buckets == (12,)
    assert check_bundle(open_bundle(old)).passed


def test_a_full_disk_leaves_the_old_bundle(shelf, old):
    before = tree(old.parent)
    # The most bytes that a file may have: fewer than the model needs.
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))"
    with start(shelf, old, limit) as process:
        said = process.stderr.read().splitlines()
    assert process.returncode == 2
    assert [line for line in said if line.startswith("error: ")] == said[-1:]
    assert "cannot be written" in said[-1]
    assert tree(old.parent) == before
