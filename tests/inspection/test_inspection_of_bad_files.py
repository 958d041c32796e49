"""Files that are no artifacts, or damaged ones, end in one clear line."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgebert.errors import EdgebertError
from edgebert.inspection import inspect_file, static_scales

BACKENDS = ("executorch", "litert", "onnx")

# The file of a function-scoped fixture is rewritten for each example.
examples = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def error_of(path: Path, read=inspect_file) -> str:
    with pytest.raises(EdgebertError) as caught:
        read(path)
    message = str(caught.value)
    assert "\n" not in message
    assert str(path) in message
    return message


@pytest.mark.parametrize(
    "content",
    [b"", b"hello\n", b'{"format": 1}', b"\x00" * 100, b"PK\x03\x04" + b"zip" * 9, b"\x89PNG\r\n"],
    ids=["empty", "text", "json", "zeros", "zip", "png"],
)
@pytest.mark.parametrize("name", ["model.pte", "model.tflite", "model.onnx", "model.bin"])
def test_other_files_are_named_as_such(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    assert "expected a .pte, .tflite or .onnx" in error_of(path)


def test_what_cannot_be_read_is_named(tmp_path):
    assert "No such file" in error_of(tmp_path / "missing.pte")
    assert "directory" in error_of(tmp_path)


@pytest.mark.parametrize("read", [inspect_file, static_scales])
@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_truncated_artifact_is_damaged(lowered, tmp_path, backend, share, read):
    content = lowered(backend, "static").read_bytes()
    path = tmp_path / "cut"
    path.write_bytes(content[: max(16, int(share * len(content)))])
    assert f"damaged or incomplete {backend}" in error_of(path, read)


@pytest.mark.parametrize("backend", BACKENDS)
@examples
@given(data=st.data())
def test_changed_bytes_never_end_in_another_exception(lowered, tmp_path, backend, data):
    """A changed weight goes unnoticed here (hashes are for that); a changed offset must not."""
    content = bytearray(lowered(backend, "static").read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "changed"
    path.write_bytes(content)
    for read in (inspect_file, static_scales):
        try:
            read(path)
        except EdgebertError as error:
            message = str(error)
        else:
            message = ""
        assert "\n" not in message


@pytest.mark.parametrize("start", [b"\x1c\0\0\0ET12", b"\x1c\0\0\0TFL3", b"\x08\x0a"])
@examples
@given(rest=st.binary(max_size=300))
def test_noise_behind_an_identifier_is_damaged(tmp_path, start, rest):
    path = tmp_path / "noise"
    path.write_bytes(start + rest)
    assert "damaged or incomplete" in error_of(path)


@pytest.mark.parametrize(("backend", "module"), [("litert", "ai_edge_litert"), ("onnx", "onnx")])
def test_a_missing_package_is_named(lowered, monkeypatch, backend, module):
    path = lowered(backend, "static")
    for name in list(sys.modules):
        if name.partition(".")[0] == module:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    assert "pip install" in error_of(path)
