"""The self-test and the check of a whole bundle: what they must catch, on real engines."""

import sys

import msgspec
import numpy as np
import pytest
import tiny_artifacts
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from saturation import SaturatingEngine, int8_bundle
from tiny_bundles import make_self_test, write_bundle, write_onnx_bundle

from edgebert.bundle import Bundle, check_bundle, open_bundle, run_self_test
from edgebert.bundle.manifest import Output, SelfTest
from edgebert.bundle.padded_run import drop_padding
from edgebert.bundle.stored_output import deviation, store_output
from edgebert.engines import ENGINES
from edgebert.errors import CheckFailedError, EdgebertError

ONNX = ENGINES["onnxruntime"]


@pytest.fixture(scope="session")
def three_backends(tmp_path_factory):
    """One model on all three engines."""
    weights = tiny_artifacts.random_weights(0)
    return write_bundle(
        tmp_path_factory.mktemp("bundles") / "three",
        [
            ("executorch", "fp32", "model.fp32.pte", tiny_artifacts.pte(0)),
            ("litert", "fp32", "model.fp32.tflite", tiny_artifacts.tflite(0)),
            ("onnx", "fp32", "model.fp32.onnx", tiny_artifacts.onnx(weights)),
        ],
        make_self_test({"fp32": weights}),
    )


@pytest.fixture
def swap(folder, update_record):
    """Put another file in an artifact's place, with its hash recorded as if it belonged there."""

    def swap(name: str, content: bytes):
        (folder / name).write_bytes(content)
        update_record(name)
        return open_bundle(folder)

    return swap


@pytest.mark.parametrize("engine", list(ENGINES.values()), ids=list(ENGINES))
def test_passes_on_every_engine(three_backends, engine):
    report = run_self_test(open_bundle(three_backends), engine, threads=1)
    assert report.passed
    assert (report.engine, report.mode, report.misread) == (engine.name, "fp32", ())
    assert len(report.deviations) == 6
    assert {found.bucket for found in report.deviations} == {8, 16}
    assert 0 <= report.worst.deviation < 1e-5


def test_check_runs_all_of_it(three_backends):
    report = check_bundle(open_bundle(three_backends))
    assert report.passed
    assert report.problems == ()
    assert [check.outcome for check in report.artifacts] == ["passed"] * 3
    assert [check.engine for check in report.artifacts] == list(ENGINES)
    assert len(report.files) == 7


def test_another_modes_file_is_caught(folder, swap):
    fp32 = (folder / "model.fp32.onnx").read_bytes()
    report = run_self_test(swap("model.static.onnx", fp32), ONNX, "static")
    assert not report.passed
    assert "deviates by" in report.problem
    assert report.resembles == "fp32"


def test_another_modes_file_is_caught_even_within_a_wide_tolerance(folder, swap, edit_manifest):
    edit_manifest(lambda plain: plain["artifacts"][0].update(tolerance=0.5, nearest_tolerance=0.5))
    assert run_self_test(open_bundle(folder), ONNX, "static").passed
    fp32 = (folder / "model.fp32.onnx").read_bytes()
    report = run_self_test(swap("model.static.onnx", fp32), ONNX, "static")
    assert report.worst.passed
    assert report.problem == "it answers as the fp32 artifact does, not as static"


def test_an_engine_that_is_a_little_off_everywhere_is_caught(folder, edit_manifest):
    """A flipped rounding moves one vector; an engine that computes otherwise moves all."""
    edit_manifest(lambda plain: plain["artifacts"][0].update(tolerance=0.5, nearest_tolerance=1e-9))
    report = run_self_test(open_bundle(folder), ONNX, "static")
    assert report.worst.passed
    assert 1e-9 < report.nearest < 0.1
    assert "expected at most 1e-09: this runtime or CPU" in report.problem


@pytest.mark.parametrize("mode", ["static", "fp32"])
def test_another_models_file_is_caught(tmp_path, swap, mode):
    name = f"model.{mode}.onnx"
    other = write_onnx_bundle(tmp_path / "other", seed=1) / name
    assert not run_self_test(swap(name, other.read_bytes()), ONNX, mode).passed


def test_check_names_the_swapped_artifact_alone(tmp_path, swap):
    other = write_onnx_bundle(tmp_path / "other", seed=1) / "model.fp32.onnx"
    report = check_bundle(swap("model.fp32.onnx", other.read_bytes()))
    assert [check.outcome for check in report.artifacts] == ["passed", "failed"]
    assert len(report.problems) == 1
    assert report.problems[0].startswith("onnx fp32 on onnxruntime: output ")


def test_a_file_with_other_outputs_is_caught(swap):
    weights = tiny_artifacts.random_weights(0)
    other = tiny_artifacts.onnx(weights, outputs=("start", "end"))
    report = check_bundle(swap("model.fp32.onnx", other))
    assert "has no output hidden, found end, start" in report.problems[0]


def test_a_file_of_another_width_is_caught(swap):
    weights = tiny_artifacts.random_weights(0)
    narrow = tiny_artifacts.Weights(
        weights.words, weights.types, weights.dense[:, :8], weights.classifier[:8]
    )
    report = run_self_test(swap("model.fp32.onnx", tiny_artifacts.onnx(narrow)), ONNX, "fp32")
    assert report.worst.deviation == np.inf


def test_answers_that_are_no_numbers_are_caught(swap):
    weights = tiny_artifacts.random_weights(0)
    weights.dense[3, 3] = np.nan
    report = run_self_test(swap("model.fp32.onnx", tiny_artifacts.onnx(weights)), ONNX, "fp32")
    assert report.worst.deviation == np.inf
    assert not report.passed


def test_saturating_int8_kernels_are_caught(tmp_path):
    bundle = open_bundle(int8_bundle(tmp_path / "int8"))
    assert run_self_test(bundle, ONNX).passed
    report = run_self_test(bundle, SaturatingEngine())
    assert not report.passed
    assert report.worst.deviation > 2 * report.worst.tolerance


def test_a_flipped_byte_is_caught(folder):
    path = folder / "model.fp32.onnx"
    content = bytearray(path.read_bytes())
    content[-1] ^= 0x80
    path.write_bytes(content)
    report = check_bundle(open_bundle(folder))
    assert [check.outcome for check in report.artifacts] == ["passed", "failed"]
    assert all("has SHA-256" in problem for problem in report.problems)
    assert [file.path for file in report.files if file.problem] == ["model.fp32.onnx"]


def test_extra_and_missing_files_are_caught(folder):
    (folder / "tokenizer" / "notes.txt").write_text("mine")
    (folder / "calibration.json").unlink()
    report = check_bundle(open_bundle(folder))
    assert not report.passed
    assert [check.outcome for check in report.artifacts] == ["passed", "passed"]
    problems = {file.path: file.problem for file in report.files if file.problem}
    assert list(problems) == ["calibration.json", "tokenizer/notes.txt"]
    assert "is missing" in problems["calibration.json"]
    assert "is not part of the bundle" in problems["tokenizer/notes.txt"]


def test_a_tokenizer_that_reads_differently_is_caught(folder, edit_manifest):
    edit_manifest(lambda plain: plain["tokenizer"].update(lowercase=False))
    report = run_self_test(open_bundle(folder), ONNX)
    assert report.misread == (0, 2)
    assert report.problem == "the tokenizer reads the text of vector 0 differently"


def test_a_vocabulary_in_another_order_is_caught(folder, update_record):
    path = folder / "tokenizer" / "vocab.txt"
    path.write_text(path.read_text().replace("turn\non\n", "on\nturn\n"))
    update_record("tokenizer/vocab.txt")
    assert run_self_test(open_bundle(folder), ONNX).misread == (0, 1, 2)


def test_masks_in_the_texts_of_a_masked_language_model(folder, update_record):
    bundle = open_bundle(folder)
    vector = bundle.self_test().vectors[0]
    masked = msgspec.structs.replace(
        vector, text="[MASK] on the light.", input_ids=(2, 4, *vector.input_ids[2:])
    )
    (folder / "self_test.json").write_bytes(msgspec.json.encode(SelfTest(vectors=(masked,))))
    update_record("self_test.json")
    bundle = open_bundle(folder)
    assert run_self_test(bundle, ONNX).misread == (0,)
    masking = msgspec.structs.replace(bundle.manifest, task="fill-mask")
    assert run_self_test(Bundle(folder, masking), ONNX).misread == ()


@pytest.mark.parametrize("content", ["no vector", "no mode", "no output"])
def test_a_self_test_that_proves_nothing_does_not_pass(folder, update_record, content):
    vectors = open_bundle(folder).self_test().vectors
    changes = {"no mode": {"expected": {}}, "no output": {"expected": {"fp32": ()}}}
    if content == "no vector":
        vectors = ()
    else:
        vectors = tuple(msgspec.structs.replace(v, **changes[content]) for v in vectors)
    (folder / "self_test.json").write_bytes(msgspec.json.encode(SelfTest(vectors=vectors)))
    update_record("self_test.json")
    with pytest.raises(CheckFailedError, match="expects nothing of the fp32 mode"):
        run_self_test(open_bundle(folder), ONNX, "fp32")
    assert not check_bundle(open_bundle(folder)).passed


def test_a_vector_of_a_bucket_that_does_not_exist(folder, update_record):
    vector = open_bundle(folder).self_test().vectors[0]
    vectors = (msgspec.structs.replace(vector, bucket=12),)
    (folder / "self_test.json").write_bytes(msgspec.json.encode(SelfTest(vectors=vectors)))
    update_record("self_test.json")
    with pytest.raises(EdgebertError, match="vector 0 is for a bucket of 12, which there is not"):
        run_self_test(open_bundle(folder), ONNX)


def test_an_absent_engine_is_skipped_and_not_passed(three_backends, monkeypatch):
    for module in ("ai_edge_litert.interpreter", "tflite_runtime.interpreter"):
        monkeypatch.setitem(sys.modules, module, None)
    report = check_bundle(open_bundle(three_backends))
    outcomes = {check.engine: check.outcome for check in report.artifacts}
    assert outcomes == {"executorch": "passed", "litert": "skipped", "onnxruntime": "passed"}
    assert report.passed


@pytest.mark.parametrize("engines", [None, (), (ENGINES["litert"],), (ONNX,)])
def test_a_bundle_of_which_nothing_ran_has_not_passed(pristine, monkeypatch, engines):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    report = check_bundle(open_bundle(pristine), engines)
    assert not report.passed
    assert len(report.problems) == 1
    assert report.problems[0].startswith("no artifact could run, so nothing is proved")


FINITE = st.floats(-1e6, 1e6, width=32)


@given(
    array=arrays(np.float32, array_shapes(min_dims=2, max_dims=3, max_side=40), elements=FINITE),
    limit=st.integers(1, 60),
)
def test_what_is_stored_is_exact_and_small(array, limit):
    stored = store_output("x", array, limit=limit)
    assert len(stored.values) <= limit
    assert stored.shape == array.shape
    assert deviation(array, stored) == 0.0
    again = msgspec.json.decode(msgspec.json.encode(stored), type=type(stored))
    assert deviation(array, again) == 0.0


@given(
    shape=st.tuples(st.just(1), st.integers(2, 64), st.integers(2, 64)), limit=st.integers(64, 256)
)
def test_the_sample_meets_every_channel_it_can(shape, limit):
    channels = np.broadcast_to(np.arange(shape[-1], dtype=np.float32), shape)
    stored = store_output("x", channels, limit=limit)
    assert len(set(stored.values)) == min(len(stored.values), shape[-1])


@given(factor=st.floats(0.0, 4.0))
def test_deviation_is_relative(factor):
    array = np.arange(1, 13, dtype=np.float32).reshape(1, 12)
    stored = store_output("x", array)
    scaled = (array * np.float32(factor)).astype(np.float32)
    assert deviation(scaled, stored) == pytest.approx(abs(factor - 1), abs=1e-6)


def test_padding_is_left_out_of_outputs_with_an_entry_a_token():
    states = np.arange(24, dtype=np.float32).reshape(1, 8, 3)
    scores = np.arange(8, dtype=np.float32).reshape(1, 8)
    outputs = (Output("states", per_token=True), Output("scores", per_token=False))
    kept = drop_padding({"scores": scores, "states": states}, outputs, tokens=5)
    assert list(kept) == ["states", "scores"]
    np.testing.assert_array_equal(kept["states"], states[:, :5])
    np.testing.assert_array_equal(kept["scores"], scores)


def test_deviation_from_nothing():
    zeros = np.zeros((1, 4), np.float32)
    assert deviation(zeros, store_output("x", zeros)) == 0.0
    assert deviation(zeros + 1, store_output("x", zeros)) == np.inf


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_not_stored(value):
    with pytest.raises(CheckFailedError, match="output x: holds values that are not finite"):
        store_output("x", np.array([[1.0, value]], np.float32))
    stored = store_output("x", np.ones((1, 2), np.float32))
    assert deviation(np.array([[1.0, value]], np.float32), stored) == np.inf
