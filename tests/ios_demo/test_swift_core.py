"""The Swift packages of the iOS app, compiled and tested here; the app above, type-checked."""

import re
import sys
from pathlib import Path

import msgspec
import pytest
from swift_tools import TOOLS, run

from edgebert.bench.protocol import Failure, Latency, Memory, Record
from edgebert.bench.records import RecordFile
from edgebert.bench.results import failures_of, results_of
from edgebert.bundle.hashing import sha256_of
from edgebert.bundle.manifest import Manifest

IOS = Path(__file__).parents[2] / "ios_demo"
CORE = IOS / "EdgeBertCore"
AT_LEAST = 120
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


def names_of_fields(struct: type[msgspec.Struct]) -> set[str]:
    """Return the names of a struct's fields, and of the structs within."""
    schemas = msgspec.json.schema_components([struct])[1].values()
    return {name for schema in schemas for name in schema.get("properties", {})}


def test_core_knows_every_field_of_a_manifest():
    folder = CORE / "Sources" / "EdgeBertCore" / "Bundle"
    readers = [
        (folder / name).read_text("utf-8") for name in ("ManifestFile.swift", "ManifestParts.swift")
    ]
    assert names_of_fields(Manifest) - set(re.findall(r'"(\w+)"', "".join(readers))) == set()


def test_records_are_those_of_edgebert_benchmark(records, swift_run):
    found = [msgspec.json.decode(line, type=Record) for line in records.read_bytes().splitlines()]
    kinds = [type(record) for record in found]
    assert (kinds.count(Latency), kinds.count(Memory), kinds.count(Failure)) == (16, 1, 1)
    digest = sha256_of(swift_run.fixtures / "embedder" / "manifest.json")
    for record in found:
        assert (record.origin.target, record.origin.bundle) == (TARGET, digest)
        assert record.origin.machine.cpu.features == {"asimddp": True}


def test_records_are_summed_up_by_edgebert(records, swift_run):
    digest = sha256_of(swift_run.fixtures / "embedder" / "manifest.json")
    measured = RecordFile(records).records(TARGET, digest)
    variants = list(dict.fromkeys(r.variant for r in measured if isinstance(r, Latency)))
    results = results_of(measured, variants)
    assert len(results) == 8
    for result in results:
        assert (result.repeats, result.model.n, result.app.n) == (2, 8, 8)
        assert 0 < result.model.low <= result.model.median <= result.model.high
        assert (result.of_fp32 is None) == (result.variant.mode == "fp32")
    assert [failure.reason for failure in failures_of(measured, "run")] == ['a "reason"']


def test_every_field_of_a_record_is_written(records):
    for line in records.read_bytes().splitlines():
        record = msgspec.json.decode(line, type=Record)
        assert msgspec.json.decode(line) == msgspec.json.decode(msgspec.json.encode(record))
