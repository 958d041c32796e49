"""Which files of a bundle travel to a device."""

import shutil
from pathlib import Path

import pytest

from edgebert.bench.targets.bundle_files import files_for
from edgebert.bundle import open_bundle
from edgebert.errors import CheckFailedError


@pytest.fixture
def copy(tiny, tmp_path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "copy"))


def test_a_device_gets_what_its_runs_take_and_the_signature(copy):
    needed = ["manifest.json", "tokenizer/vocab.txt", "self_test.json"]
    artifacts = ["model.static.onnx", "model.fp32.onnx"]
    assert files_for(open_bundle(copy), ["onnx"]) == [*needed, *artifacts]
    assert files_for(open_bundle(copy), ["litert"]) == needed
    (copy / "manifest.json.sig").write_text("a signature")
    found = files_for(open_bundle(copy), ["onnx"])
    assert found == ["manifest.json", "manifest.json.sig", *needed[1:], *artifacts]


def test_no_damaged_file_travels(copy):
    (copy / "model.static.onnx").write_bytes(b"nothing")
    with pytest.raises(CheckFailedError, match="not the file that was exported"):
        files_for(open_bundle(copy), ["onnx"])
