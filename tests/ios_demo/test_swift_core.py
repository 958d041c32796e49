"""The Swift packages of the iOS app, compiled and tested here; the app above, type-checked."""

import re
import sys
from pathlib import Path

import pytest
from app_records import check_fields, check_kinds, check_sums, names_of_fields
from swift_tools import TOOLS, run

from edgebert.bundle.hashing import sha256_of
from edgebert.bundle.manifest import Manifest

IOS = Path(__file__).parents[2] / "ios_demo"
CORE = IOS / "EdgeBertCore"
AT_LEAST = 122
TARGET = "swift"


@pytest.fixture
def records(swift_run) -> Path:
    """The file of records that the Swift benchmark wrote."""
    return swift_run.fixtures / "records.jsonl"


def test_every_swift_test_passes(swift_run):
    executed, failed, skipped = swift_run.counts
    assert (failed, skipped) == (0, 0), swift_run.output
    assert executed >= AT_LEAST
    assert swift_run.status == 0, swift_run.output


def test_every_swift_test_was_run(swift_run):
    written = sum(
        len(re.findall(r"^ +func test\w+\(\)", path.read_text("utf-8"), re.MULTILINE))
        for path in (CORE / "Tests").rglob("*.swift")
    )
    assert swift_run.counts[0] == written


@pytest.mark.skipif(sys.platform != "linux", reason="on a Mac, Xcode compiles the app itself")
def test_the_app_is_well_typed(swift_run):
    """Against its own packages, and what it is declared to use of Apple's and the runtimes'."""
    found = run([TOOLS / "check_app.sh", swift_run.build])
    assert found.returncode == 0, found.stdout
    files = len(list((IOS / "App").rglob("*.swift")))
    assert f"App: {files} files are well typed" in found.stdout


def test_core_knows_every_field_of_a_manifest():
    folder = CORE / "Sources" / "EdgeBertCore" / "Bundle"
    readers = [
        (folder / name).read_text("utf-8") for name in ("ManifestFile.swift", "ManifestParts.swift")
    ]
    assert names_of_fields(Manifest) - set(re.findall(r'"(\w+)"', "".join(readers))) == set()


def test_records_are_those_of_edgebert_benchmark(records, swift_run):
    check_kinds(records, TARGET, sha256_of(swift_run.fixtures / "embedder" / "manifest.json"))


def test_records_are_summed_up_by_edgebert(records, swift_run):
    check_sums(records, TARGET, sha256_of(swift_run.fixtures / "embedder" / "manifest.json"))


def test_every_field_of_a_record_is_written(records):
    check_fields(records)
