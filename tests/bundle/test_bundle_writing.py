"""Writing bundles: either the old one or the whole new one, whatever happens."""

import errno
import fcntl
import math
import os
from pathlib import Path

import msgspec
import pytest
from tiny_bundles import make_manifest, tree, write_marker, write_onnx_bundle

from edgebert.bundle import BundleWriter, check_bundle, open_bundle
from edgebert.bundle.hashing import sha256_of
from edgebert.bundle.lock import exclusive
from edgebert.errors import EdgebertError


def test_files_are_recorded_and_the_manifest_is_last(pristine):
    manifest = open_bundle(pristine).manifest
    assert sorted(manifest.files) == [
        "calibration.json",
        "model.fp32.onnx",
        "model.static.onnx",
        "recipe.toml",
        "self_test.json",
        "tokenizer/vocab.txt",
    ]
    for name, record in manifest.files.items():
        assert record.sha256 == sha256_of(pristine / name)
        assert record.size == (pristine / name).stat().st_size


def test_equal_bundles_are_equal_byte_for_byte(pristine, tmp_path):
    assert tree(write_onnx_bundle(tmp_path / "again")) == tree(pristine)
    assert (pristine / "manifest.json").read_bytes().endswith(b"}\n")


def test_replaces_an_older_bundle_and_leaves_nothing_beside_it(folder):
    write_marker(folder)
    assert check_bundle(open_bundle(folder)).passed


def test_replaces_a_bundle_behind_a_link(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    write_onnx_bundle(tmp_path / "link", seed=9)
    assert (tmp_path / "link").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "tiny"]
    assert check_bundle(open_bundle(folder)).passed


def test_makes_parents_and_takes_an_empty_folder(tmp_path):
    (tmp_path / "empty").mkdir()
    write_onnx_bundle(tmp_path / "empty")
    write_onnx_bundle(tmp_path / "a" / "b" / "c")
    assert open_bundle(tmp_path / "a" / "b" / "c")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, EdgebertError, SystemExit])
def test_an_exception_leaves_everything_as_it_was(folder, tmp_path, error):
    before = tree(tmp_path)

    def fail(target: Path) -> None:
        with BundleWriter(target) as writer:
            writer.write("tokenizer/vocab.txt", b"half")
            raise error("stop")

    for target in (folder, tmp_path / "new", tmp_path / "deep" / "er" / "new"):
        with pytest.raises(error, match="stop"):
            fail(target)
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_leaving_without_finishing_is_a_mistake_of_the_program(tmp_path):
    def forget() -> None:
        with BundleWriter(tmp_path / "new") as writer:
            writer.write("x", b"")

    with pytest.raises(RuntimeError, match="without finish"):
        forget()
    assert list(tmp_path.iterdir()) == []


def finish_with(target: Path, manifest) -> None:
    with BundleWriter(target) as writer:
        for name in ("calibration.json", "recipe.toml", "self_test.json", "tokenizer/vocab.txt"):
            writer.write(name, b"{}")
        writer.write("model.onnx", b"")
        writer.finish(manifest)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_is_none_is_not_written(tmp_path, number):
    manifest = make_manifest([("onnx", "static", "model.onnx")])
    fidelity = msgspec.structs.replace(manifest.fidelity[0], snr_db=number)
    with pytest.raises(EdgebertError, match=r"\$.fidelity\[0\].snr_db is not a finite number"):
        finish_with(tmp_path / "new", msgspec.structs.replace(manifest, fidelity=(fidelity,)))
    assert list(tmp_path.iterdir()) == []


def test_a_manifest_that_names_an_unwritten_file_is_not_written(tmp_path):
    with pytest.raises(EdgebertError, match=r"artifacts\[0\].path: other.onnx is not among"):
        finish_with(tmp_path / "new", make_manifest([("onnx", "static", "other.onnx")]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"notes.txt": ""}, "holds notes.txt and no manifest.json: it is not a bundle"),
        ({"manifest.json": "{"}, "has a manifest.json that is no bundle's"),
        ({"manifest.json": '{"name": "a web app"}'}, "has a manifest.json that is no bundle's"),
        (
            {"manifest.json": '{"format": 1, "edgebert": "1", "files": {}}', "src/main.py": ""},
            "holds src/main.py, which is no part of the bundle",
        ),
    ],
)
def test_a_folder_that_is_no_bundle_is_not_replaced(tmp_path, files, message):
    target = tmp_path / "precious"
    for name, content in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(content)
    before = tree(tmp_path)
    with pytest.raises(EdgebertError) as caught:
        write_onnx_bundle(target)
    assert message in str(caught.value)
    assert tree(tmp_path) == before


def test_a_folder_that_is_no_bundle_is_refused_before_the_work_is_done(tmp_path):
    (tmp_path / "notes.txt").write_text("precious")
    with pytest.raises(EdgebertError, match="it is not a bundle"):
        BundleWriter(tmp_path).__enter__()


def test_a_lock_file_that_its_holder_removed_meanwhile_is_no_lock(tmp_path, monkeypatch):
    path = tmp_path / "lock"
    flock, removed = fcntl.flock, []

    def flock_after_removal(descriptor, operation):
        if not removed:
            removed.append(path.unlink())
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock_after_removal)

    def lock_twice() -> None:
        with exclusive(path, "first"), exclusive(path, "second"):
            pass

    with pytest.raises(EdgebertError, match="second: process"):
        lock_twice()
    assert removed
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_of_a_newer_format_may_be_replaced(folder, edit_manifest):
    edit_manifest(lambda plain: plain.update(format=7, models=plain.pop("artifacts")))
    write_marker(folder)


def test_a_file_is_not_replaced(tmp_path):
    (tmp_path / "target").write_text("precious")
    with pytest.raises(EdgebertError, match="target: is a file"):
        write_onnx_bundle(tmp_path / "target")
    assert tree(tmp_path) == {"target": b"precious"}


def test_what_cannot_be_a_bundles_folder(tmp_path):
    with pytest.raises(EdgebertError, match="a folder of the bundle's own"):
        BundleWriter("/")
    (tmp_path / "file").write_text("")
    with pytest.raises(EdgebertError, match="cannot be written"):
        write_onnx_bundle(tmp_path / "file" / "new")
    with pytest.raises(EdgebertError, match="cannot be written"):
        write_onnx_bundle(tmp_path / ("long" * 80))
    with pytest.raises(ValueError, match="not a path inside the bundle"):
        _write_outside(tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def _write_outside(target: Path) -> None:
    with BundleWriter(target) as writer:
        writer.write("../escaped", b"")


def test_a_full_disk_is_one_line(folder):
    before = tree(folder)

    def fill() -> None:
        with BundleWriter(folder) as writer:
            (writer.folder / "big").symlink_to("/dev/full")
            writer.write("big", b"x")

    with pytest.raises(EdgebertError, match="cannot be written \\(No space left on device\\)"):
        fill()
    assert tree(folder) == before
    assert list(folder.parent.iterdir()) == [folder]


def test_a_full_disk_while_an_exporter_writes_by_itself(folder):
    def fill() -> None:
        with BundleWriter(folder):
            Path("/dev/full").write_bytes(b"x")

    with pytest.raises(EdgebertError, match="No space left on device"):
        fill()


def test_errors_about_other_files_are_not_ours(tmp_path):
    def read_calibration() -> None:
        with BundleWriter(tmp_path / "new"):
            (tmp_path / "absent.txt").read_text()

    with pytest.raises(FileNotFoundError):
        read_calibration()
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_place_is_one_line(folder, tmp_path_factory):
    place = tmp_path_factory.mktemp("readonly")
    (place / "shut").mkdir(mode=0o555)
    for parent in (place, place.parent, place.parent.parent):
        parent.chmod(0o755)
    as_root = os.geteuid() == 0
    if as_root:  # root may write anywhere: be somebody else for a moment
        os.seteuid(65534)
    try:
        with pytest.raises(EdgebertError, match="cannot be written \\(Permission denied\\)"):
            write_onnx_bundle(place / "shut" / "new")
    finally:
        if as_root:
            os.seteuid(0)
    assert list((place / "shut").iterdir()) == []


def test_two_writers_in_one_process(folder):
    def write_twice() -> None:
        with BundleWriter(folder), BundleWriter(folder):
            pass

    with pytest.raises(EdgebertError, match="is writing there") as caught:
        write_twice()
    assert f"process {os.getpid()}" in str(caught.value)
    write_marker(folder)


def test_a_failing_rename_puts_the_old_bundle_back(folder, monkeypatch):
    """Where the system cannot exchange two folders."""
    monkeypatch.setattr("edgebert.bundle.replacing.exchange", lambda new, old: False)
    before = tree(folder)
    rename = Path.rename

    def fail_for_new(self, to):
        if self.name.endswith(".partial"):
            raise OSError(errno.EIO, "Input/output error", str(self))
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", fail_for_new)
    with pytest.raises(EdgebertError, match="Input/output error"):
        write_onnx_bundle(folder)
    assert tree(folder) == before
    assert list(folder.parent.iterdir()) == [folder]
