"""Core and screens of the Android app: compiled with kotlinc, their JUnit tests run on this JVM."""

import re
from pathlib import Path

import msgspec
import pytest

from edgebert.bench.protocol import Failure, Latency, Memory, Record
from edgebert.bench.records import RecordFile
from edgebert.bench.results import failures_of, results_of
from edgebert.bundle.hashing import sha256_of
from edgebert.bundle.manifest import Manifest

ANDROID = Path(__file__).parents[2] / "android_demo"
CORE = ANDROID / "core" / "src"
MODULES = (CORE, ANDROID / "screens" / "src")
AT_LEAST = 115
TARGET = "jvm"


@pytest.fixture
def records(kotlin_run) -> Path:
    """The file of records that the Kotlin benchmark wrote."""
    return kotlin_run.fixtures / "records.jsonl"


def test_every_kotlin_test_passes(kotlin_run):
    passed, failed, skipped = kotlin_run.counts
    assert (failed, skipped) == (0, 0), kotlin_run.output
    assert passed >= AT_LEAST
    assert kotlin_run.status == 0


def test_every_kotlin_test_was_run(kotlin_run):
    written = sum(
        len(re.findall(r"^ +@Test$", path.read_text("utf-8"), re.MULTILINE))
        for module in MODULES
        for path in (module / "test").rglob("*.kt")
    )
    assert sum(kotlin_run.counts) == written


def test_core_and_screens_need_neither_android_nor_a_library():
    packages = {
        line.split()[1]
        for module in MODULES
        for path in (module / "main").rglob("*.kt")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("import ")
    }
    assert packages
    assert {
        name for name in packages if not name.startswith(("dev.edgebert.", "java", "kotlin."))
    } == set()


def names_of_fields(struct: type[msgspec.Struct]) -> set[str]:
    """Return the names of a struct's fields, and of the structs within."""
    schemas = msgspec.json.schema_components([struct])[1].values()
    return {name for schema in schemas for name in schema.get("properties", {})}


def test_core_knows_every_field_of_a_manifest():
    reader = (CORE / "main/kotlin/dev/edgebert/core/bundle/ManifestFile.kt").read_text("utf-8")
    assert names_of_fields(Manifest) - set(re.findall(r'"(\w+)"', reader)) == set()


def test_records_are_those_of_edgebert_benchmark(records, kotlin_run):
    found = [msgspec.json.decode(line, type=Record) for line in records.read_bytes().splitlines()]
    kinds = [type(record) for record in found]
    assert (kinds.count(Latency), kinds.count(Memory), kinds.count(Failure)) == (16, 1, 1)
    digest = sha256_of(kotlin_run.fixtures / "embedder" / "manifest.json")
    for record in found:
        assert (record.origin.target, record.origin.bundle) == (TARGET, digest)
        assert record.origin.machine.cpu.features == {"asimddp": True}


def test_records_are_summed_up_by_edgebert(records, kotlin_run):
    digest = sha256_of(kotlin_run.fixtures / "embedder" / "manifest.json")
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
