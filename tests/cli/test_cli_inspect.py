"""`edgebert inspect` shows a file's operators, and a bundle's origin and measured fidelity."""

import shutil

import msgspec
import pytest

from edgebert.bundle import open_bundle
from edgebert.bundle.manifest import Accuracy, AccuracyFigure
from edgebert.inspection import inspect_file


def test_a_bundle(edgebert, embeddings):
    done = edgebert("inspect", embeddings.root)
    assert (done.status, done.err) == (0, "")
    assert "tiny-model, feature-extraction" in done.out
    assert "buckets 16, 32 tokens" in done.out
    assert "model.fp32.onnx: backend onnx, mode fp32" in done.out
    assert "model.dynamic.onnx: backend onnx, mode dynamic" in done.out


def test_a_bundle_with_figures_on_labelled_rows(edgebert, embeddings, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(embeddings.root, copy)
    manifest = open_bundle(copy).manifest
    figure = AccuracyFigure("onnx", "dynamic", "spearman", 0.8125, 0.8031, -0.0211, 0.0023)
    accuracy = Accuracy("pairs.csv", "0" * 64, 37, (figure,))
    changed = msgspec.structs.replace(manifest, accuracy=accuracy)
    (copy / "manifest.json").write_bytes(msgspec.json.encode(changed))
    out = edgebert("inspect", copy).out
    assert "accuracy in %, on 37 rows of pairs.csv" in out
    line = next(line for line in out.splitlines() if "spearman" in line)
    assert line.split()[3:] == ["81.25", "80.31", "-2.11", "to", "+0.23"]


def test_a_bundle_as_json(edgebert, embeddings):
    found = edgebert("inspect", embeddings.root, "--json").json
    manifest = open_bundle(embeddings.root).manifest
    # A number that is not finite would be null; a manifest holds none.
    assert found["manifest"] == msgspec.json.decode(msgspec.json.encode(manifest))
    assert set(found["reports"]) == {artifact.path for artifact in manifest.artifacts}
    assert found["unread"] == {}


def test_a_file(edgebert, embeddings):
    path = embeddings.root / "model.dynamic.onnx"
    report = inspect_file(path)
    assert edgebert("inspect", path, "--json").json["report"] == msgspec.json.decode(
        msgspec.json.encode(report)
    )
    done = edgebert("inspect", path)
    linears = {
        f"{operator.precision} on {operator.runs_on}"
        for operator in report.methods[0].operators
        if operator.linear
    }
    assert linears
    for kind in linears:
        assert kind in done.out
    for operator in report.methods[0].operators:
        assert operator.name in done.out


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "no such file or folder"), (b"", "empty file"), (b"\x08\x00 garbage", "onnx")],
)
def test_what_is_no_model_is_refused(edgebert, tmp_path, content, message):
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)
    done = edgebert("inspect", path)
    assert (done.status, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1


def test_a_folder_that_is_no_bundle_is_refused(edgebert, tmp_path):
    done = edgebert("inspect", tmp_path)
    assert done.status == 2
    assert "has no manifest.json" in done.err
