"""The local target: real workers, real files, and what interrupts them."""

import os
import shutil
import signal
from pathlib import Path

import msgspec
import pytest
from tiny_bundles import write_onnx_bundle
from worker_processes import workers_under

from edgebert.bench.protocol import (
    Failure,
    Latency,
    Memory,
    Method,
    Variant,
)
from edgebert.bench.records import RecordFile
from edgebert.bundle import open_bundle
from edgebert.bundle.hashing import sha256_of
from edgebert.errors import EdgebertError

VARIANTS = [
    Variant("onnxruntime", mode, bucket, 1) for bucket in (8, 16) for mode in ("fp32", "static")
]


def records_of(bench):
    digest = sha256_of(bench.bundle.path("manifest.json"))
    return RecordFile(bench.path).records("local", digest)


def test_every_variant_is_measured(bench):
    outcome = bench()
    assert [result.variant for result in outcome.results] == VARIANTS
    assert (outcome.failures, outcome.already, bench.said) == ([], 0, [])
    for result in outcome.results:
        assert (result.repeats, result.model.n, result.app.n) == (2, 8, 8)
        assert 0 < result.model.minimum <= result.model.median
        # From text to answer takes the model, and more.
        assert result.app.minimum > result.model.minimum
        assert result.load.median > 0
        assert result.first.median > 0
        assert result.peak_rss > 1_000_000
        assert (result.of_fp32 is None) == (result.variant.mode == "fp32")


def test_records_say_what_ran_where(bench):
    outcome = bench()
    records = records_of(bench)
    latencies = [record for record in records if isinstance(record, Latency)]
    assert {(r.variant, r.repeat) for r in latencies} == {(v, n) for v in VARIANTS for n in (1, 2)}
    assert {r.variant for r in records if isinstance(r, Memory)} == set(VARIANTS)
    assert len(records) == len(bench.lines) == 12
    for record in latencies:
        assert record.origin.machine == outcome.survey.machine
        assert record.origin.engine_version == outcome.survey.engines["onnxruntime"]
        assert record.sample.bucket == record.variant.bucket
        assert record.sample.text
        assert (len(record.model_ms), len(record.app_ms)) == (4, 4)
        assert record.before.time <= record.after.time
    for record in records:
        if isinstance(record, Memory):
            assert record.start_rss < record.peak_rss
            assert record.peak_pss <= record.peak_rss


def test_what_is_there_is_not_measured_again(bench):
    bench(buckets=(8,))
    before = bench.lines
    bench.run = "second"
    outcome = bench()
    assert bench.lines[: len(before)] == before
    assert {
        msgspec.json.decode(line)["variant"]["bucket"] for line in bench.lines[len(before) :]
    } == {16}
    assert outcome.already == 6
    assert bench.said == [f"6 of 12 measurements are in {bench.path} already and are not repeated"]
    assert [result.variant for result in outcome.results] == VARIANTS
    done = bench.lines
    assert bench().already == 12
    assert bench.lines == done


def test_more_repeats_add_to_those_there_are(bench):
    bench(buckets=(8,), repeats=1)
    outcome = bench(buckets=(8,), repeats=3)
    assert [result.repeats for result in outcome.results] == [3, 3]
    assert outcome.already == 4


def test_another_method_is_refused(bench):
    bench(buckets=(8,), repeats=1)
    with pytest.raises(EdgebertError, match="iterations 4, now it is 6"):
        bench(buckets=(8,), method=Method(iterations=6, warm_ups=1, turn=2, settle_ms=0.0))


def test_other_bundles_go_into_the_same_file(bench, tmp_path):
    bench(repeats=1)
    first = bench.lines
    bench.bundle = open_bundle(write_onnx_bundle(tmp_path / "other", seed=3))
    assert bench(repeats=1).already == 0
    assert bench.lines[: len(first)] == first
    assert len(bench.lines) == 2 * len(first)


def test_a_killed_worker_is_one_line_and_resumable(bench, slow):
    def kill(what, done, total):
        if what == "repeat 2 of 2" and done == 1:
            (worker,) = workers_under(os.getpid())
            os.kill(worker, signal.SIGKILL)

    with pytest.raises(EdgebertError, match="local: the worker was killed") as raised:
        bench(progress=kill, method=slow)
    assert "\n" not in str(raised.value)
    assert workers_under(os.getpid()) == []
    kept = bench.lines
    assert len(kept) == 4
    assert bench(method=slow).already == 4
    assert bench.lines[:4] == kept
    assert len(bench.lines) == 12


def test_no_latency_of_a_wrong_answer(exchanged):
    outcome = exchanged()
    assert {result.variant.mode for result in outcome.results} == {"fp32"}
    (failure,) = outcome.failures
    assert (failure.engine, failure.mode) == ("onnxruntime", "static")
    assert "deviates" in failure.reason
    measured = [r for r in records_of(exchanged) if not isinstance(r, Failure)]
    assert {record.variant.mode for record in measured} == {"fp32"}


def test_what_failed_is_tried_again(exchanged):
    exchanged()
    exchanged.run = "second"
    outcome = exchanged()
    assert outcome.already == 6
    assert len(outcome.failures) == 1


def test_a_damaged_artifact_is_not_timed(bench, tiny, tmp_path):
    root = Path(shutil.copytree(tiny, tmp_path / "damaged"))
    with (root / "model.static.onnx").open("r+b") as file:
        file.write(b"\0\0\0\0")
    bench.bundle = open_bundle(root)
    outcome = bench(repeats=1)
    assert {result.variant.mode for result in outcome.results} == {"fp32"}
    assert "SHA-256" in outcome.failures[0].reason


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"engines": ("tensorrt",)}, "engine tensorrt: unknown"),
        ({"engines": ("litert",)}, "no artifact for litert"),
        ({"modes": ("int4",)}, "mode int4: unknown"),
        ({"modes": ("dynamic",)}, "no artifact in mode dynamic"),
        ({"buckets": (99,)}, "no bucket of 99"),
        ({"threads": (0,)}, "threads: found 0"),
    ],
)
def test_what_the_bundle_lacks(bench, selection, message):
    with pytest.raises(EdgebertError, match=message):
        bench(**selection)
    assert not bench.path.exists()
