"""What `load` chooses and refuses, and how a pipeline is called."""

import shutil

import msgspec
import numpy as np
import pytest
from task_bundles import tiny_bundle

import edgebert
from edgebert.bundle import Bundle
from edgebert.bundle.manifest import Artifact
from edgebert.engines import ENGINES, available
from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.pipeline import choose_artifact

TEXT = "turn on the light"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tiny_bundle("feature-extraction", tmp_path_factory).root


@pytest.fixture
def copy(root, tmp_path):
    return shutil.copytree(root, tmp_path / "copy")


def with_artifacts(root, *kinds):
    """The bundle as if it had these artifacts, written "backend mode"."""
    bundle = edgebert.open_bundle(root)
    artifacts = []
    for kind in kinds:
        backend, mode = kind.split()
        artifacts.append(
            Artifact(backend=backend, mode=mode, path="model", tolerance=0.1, nearest_tolerance=0.1)
        )
    manifest = msgspec.structs.replace(bundle.manifest, artifacts=tuple(artifacts))
    return Bundle(root, manifest)


@pytest.mark.parametrize(("mode", "expected"), [(None, "dynamic"), ("fp32", "fp32")])
def test_runs_int8_unless_told_otherwise(root, mode, expected):
    runtime = edgebert.load(root, mode=mode).runtime
    assert (runtime.engine, runtime.backend, runtime.mode) == ("onnxruntime", "onnx", expected)
    assert runtime.version == ENGINES["onnxruntime"].version()


def test_precision_comes_before_the_order_of_engines(root):
    bundle = with_artifacts(root, "executorch fp32", "litert dynamic", "onnx static")
    for wanted, kind in {
        None: "onnx static",
        "dynamic": "litert dynamic",
        "fp32": "executorch fp32",
    }.items():
        engine, artifact = choose_artifact(bundle, None, wanted)
        assert f"{artifact.backend} {artifact.mode}" == kind
        assert engine.backend == artifact.backend


def test_the_first_installed_engine_runs(root):
    backends = [engine.backend for engine in ENGINES.values()]
    bundle = with_artifacts(root, *(f"{backend} static" for backend in reversed(backends)))
    assert choose_artifact(bundle, None, None)[0] is available()[0]
    for name in ENGINES:
        assert choose_artifact(bundle, name, None)[0].name == name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": "tensorrt"}, "engine tensorrt: unknown, expected one of executorch, litert"),
        ({"mode": "int4"}, "mode int4: unknown, expected one of static, dynamic, fp32"),
        ({"engine": "litert"}, "no artifact for litert, found onnx dynamic, onnx fp32"),
        ({"mode": "static"}, "has no artifact in mode static, found dynamic, fp32"),
        ({"threads": 0}, "threads: found 0, expected 1 or more"),
    ],
)
def test_what_cannot_run_is_refused(root, options, message):
    with pytest.raises(EdgebertError, match=message) as caught:
        edgebert.load(root, **options)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 2


def test_no_bundle_is_refused(tmp_path):
    with pytest.raises(EdgebertError, match="expected a folder that edgebert export wrote"):
        edgebert.load(tmp_path / "nothing")


def test_a_damaged_artifact_is_not_opened(copy):
    path = copy / "model.dynamic.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckFailedError, match="not the file that was exported"):
        edgebert.load(copy)
    assert edgebert.load(copy, mode="fp32")(TEXT).embedding.size


def test_a_list_has_a_list_of_answers(root):
    pipeline = edgebert.load(root, threads=1)
    texts = [TEXT, "", "\u200b", "\x00", "\ud800", "漢字", "a" * 1_000_000]
    answers = pipeline(texts)
    assert len(answers) == len(texts)
    for text, answer in zip(texts, answers, strict=True):
        np.testing.assert_array_equal(answer.embedding, pipeline(text).embedding)
    # What the tokenizer drops leaves the empty text, [CLS] [SEP].
    for nothing in answers[2:5]:
        np.testing.assert_array_equal(nothing.embedding, answers[1].embedding)
    assert pipeline([]) == []


def test_parts_go_by_the_names_of_their_task(tmp_path_factory):
    pipeline = edgebert.load(tiny_bundle("question-answering", tmp_path_factory).root)
    named = pipeline(question="what is on?", context="the light is on")
    assert named == pipeline("what is on?", pair="the light is on")
    pipeline = edgebert.load(tiny_bundle("multiple-choice", tmp_path_factory).root)
    named = pipeline(prompt="it is", choices=["on", "the weather"])
    assert named == pipeline("it is", choices=("on", "the weather"))


@pytest.mark.parametrize(
    ("positional", "named", "message"),
    [
        ([], {}, "found no text"),
        ([TEXT], {"question": "what?"}, "found text and question"),
        ([TEXT], {"pair": "a", "context": "b"}, "found pair and context"),
        ([[TEXT]], {"pair": "a"}, "found a list of texts with another part"),
        ([TEXT], {"pair": "a"}, "found a second text"),
        ([TEXT], {"top_k": 0}, "top_k: found 0"),
    ],
)
def test_parts_that_do_not_fit_are_refused(root, positional, named, message):
    with pytest.raises(EdgebertError, match=message):
        edgebert.load(root)(*positional, **named)
