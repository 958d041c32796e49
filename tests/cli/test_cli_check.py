"""`edgebert check` passes a bundle as it was exported and fails every other."""

import hashlib
import json
import os
import shutil

import pytest


@pytest.fixture
def copy(embeddings, tmp_path):
    return shutil.copytree(embeddings.root, tmp_path / "copy")


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_an_intact_bundle_passes(edgebert, embeddings):
    done = edgebert("check", embeddings.root)
    assert (done.status, done.err) == (0, "")
    assert "files as exported" in done.out
    assert done.out.count("passed") == 2
    found = edgebert("check", embeddings.root, "--json", "--engine", "onnxruntime").json
    assert (found["passed"], found["problems"]) == (True, [])
    assert {(check["engine"], check["mode"]) for check in found["artifacts"]} == {
        ("onnxruntime", "dynamic"),
        ("onnxruntime", "fp32"),
    }
    for check in found["artifacts"]:
        assert check["worst"]["deviation"] <= check["worst"]["tolerance"]
        assert check["nearest"] <= check["nearest_tolerance"]


@pytest.mark.parametrize("name", ["model.fp32.onnx", "tokenizer/vocab.txt", "self_test.json"])
def test_a_flipped_bit_fails(edgebert, copy, name):
    flip(copy / name)
    done = edgebert("check", copy)
    assert done.status == 1
    assert done.err.startswith(f"error: bundle {copy}: ")
    assert name in done.err
    assert done.err.count("\n") == 1
    assert done.err.count(f"{copy / name}: ") == 1  # once, though an artifact is checked twice
    done = edgebert("check", copy, "--json")
    assert done.status == 1
    assert done.json["passed"] is False
    assert any(name in problem for problem in done.json["problems"])


def test_exchanged_artifacts_fail(edgebert, copy):
    """Even where the manifest was rewritten to fit them."""
    names = ("model.dynamic.onnx", "model.fp32.onnx")
    first, second = (copy / name for name in names)
    exchanged = second.read_bytes()
    second.write_bytes(first.read_bytes())
    first.write_bytes(exchanged)
    manifest = json.loads((copy / "manifest.json").read_text())
    files = manifest["files"]
    files[names[0]], files[names[1]] = files[names[1]], files[names[0]]
    (copy / "manifest.json").write_text(json.dumps(manifest))
    done = edgebert("check", copy, "--json")
    assert done.status == 1
    assert "failed" in {check["outcome"] for check in done.json["artifacts"]}


@pytest.mark.parametrize(
    ("engine", "message"),
    [("litert", "no artifact for litert"), ("tensorrt", "engine tensorrt: unknown")],
)
def test_an_engine_without_artifact_is_refused(edgebert, embeddings, engine, message):
    done = edgebert("check", embeddings.root, "--engine", engine)
    assert done.status == 2
    assert message in done.err


def test_a_newer_bundle_is_refused(edgebert, copy):
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))
    done = edgebert("check", copy)
    assert done.status == 2
    assert "made by a newer edgebert" in done.err


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "onnxruntime crashed (SIGSEGV)"),
        ("os.kill(os.getpid(), signal.SIGILL)", "onnxruntime crashed (SIGILL)"),
        ("print('no room', file=sys.stderr); os._exit(3)", "ended with status 3 (no room)"),
    ],
)
def test_an_engine_that_crashes_is_one_line(edgebert, embeddings, tmp_path, monkeypatch, end, said):
    """A runtime whose every artifact ends the process that loads it."""
    (tmp_path / "onnxruntime").mkdir()
    (tmp_path / "onnxruntime" / "__init__.py").write_text(f"import os, signal, sys\n{end}\n")
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), before]))
    done = edgebert("check", embeddings.root)
    assert done.status == 1
    assert done.err.count("\n") == 1
    assert done.err.count(said) == 2  # dynamic and fp32: the second ran after the first crashed
    assert done.out.count("failed") == 2


def test_what_cannot_be_compared_is_infinitely_far_off(edgebert, copy):
    """A number that JSON has not, on its way from the engine's process."""
    plain = json.loads((copy / "self_test.json").read_text())
    for outputs in plain["vectors"][0]["expected"].values():
        outputs[0]["shape"] = [1, 1, 1]
    content = json.dumps(plain).encode()
    (copy / "self_test.json").write_bytes(content)
    manifest = json.loads((copy / "manifest.json").read_text())
    record = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    manifest["files"]["self_test.json"] = record
    (copy / "manifest.json").write_text(json.dumps(manifest))
    done = edgebert("check", copy)
    assert done.status == 1
    assert "deviates by inf" in done.err
    assert edgebert("check", copy, "--json").json["artifacts"][0]["worst"]["deviation"] is None


def test_a_damaged_file_is_said_once_by_a_relative_path_too(edgebert, copy, monkeypatch):
    flip(copy / "model.fp32.onnx")
    monkeypatch.chdir(copy.parent)
    assert edgebert("check", "copy").err.count("model.fp32.onnx: has SHA-256") == 1
