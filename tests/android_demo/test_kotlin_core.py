"""Core and screens of the Android app: compiled with kotlinc, their JUnit tests run on this JVM."""

import re
from pathlib import Path

import msgspec
import pytest
from app_plans import app_plans
from app_records import check_fields, check_kinds, check_sums, names_of_fields

from edgebert.bench.app_worker import Result, messages_of
from edgebert.bundle.hashing import sha256_of
from edgebert.bundle.manifest import Manifest

ANDROID = Path(__file__).parents[2] / "android_demo"
CORE = ANDROID / "core" / "src"
MODULES = (CORE, ANDROID / "screens" / "src")
AT_LEAST = 122
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


def test_core_knows_every_field_of_a_manifest():
    reader = (CORE / "main/kotlin/dev/edgebert/core/bundle/ManifestFile.kt").read_text("utf-8")
    assert names_of_fields(Manifest) - set(re.findall(r'"(\w+)"', reader)) == set()


def test_records_are_those_of_edgebert_benchmark(records, kotlin_run):
    check_kinds(records, TARGET, sha256_of(kotlin_run.fixtures / "embedder" / "manifest.json"))


def test_records_are_summed_up_by_edgebert(records, kotlin_run):
    check_sums(records, TARGET, sha256_of(kotlin_run.fixtures / "embedder" / "manifest.json"))


def test_every_field_of_a_record_is_written(records):
    check_fields(records)


def test_the_app_does_what_edgebert_benchmark_asks_for(kotlin_run):
    """A plan becomes a job, Kotlin does it, and Python reads of it what a worker would say."""
    plans = {plan.stage: plan for plan in app_plans(kotlin_run.fixtures)}
    said = {}
    for stage, plan in plans.items():
        result = (kotlin_run.fixtures / "jobs" / f"{stage}-result.json").read_bytes()
        said[stage] = list(messages_of(plan, msgspec.json.decode(result, type=Result)))
    (survey,) = said["survey"]
    assert survey.edgebert.startswith("Kotlin core")
    assert survey.engines.keys() == {"onnxruntime"}
    assert survey.machine.system == "Android 15"
    cases = [(proof.engine, proof.mode, proof.threads) for proof in said["proof"]]
    assert cases == [(v.engine, v.mode, v.threads) for v in plans["proof"].variants]
    assert [proof.problem for proof in said["proof"]] == [None, None]
    assert [record.variant for record in said["latency"]] == list(plans["latency"].variants)
    for record in said["latency"]:
        assert (record.repeat, len(record.model_ms), len(record.app_ms)) == (2, 4, 4)
    (memory,) = said["memory"]
    for record in [*said["latency"], memory]:
        assert record.origin.engine_version == survey.engines["onnxruntime"]
        assert record.origin.machine == survey.machine
        assert record.origin.edgebert == survey.edgebert
        assert (record.origin.target, record.origin.run) == (plans["memory"].target, "run")
