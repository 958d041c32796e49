"""Opening bundles: what is refused, and with which words."""

import os
import shutil

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgebert.bundle import open_bundle
from edgebert.bundle.folder import is_plain_relative
from edgebert.engines import ENGINES
from edgebert.errors import CheckFailedError, EdgebertError


def problem_of(folder) -> str:
    with pytest.raises(EdgebertError) as caught:
        open_bundle(folder)
    assert caught.value.exit_status == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def as_task(manifest, task, *names, token=None):
    """Give a manifest another task, with outputs of the text and one with an entry a token."""
    outputs = [{"name": name, "per_token": False} for name in names]
    outputs += [{"name": token, "per_token": True}] if token else []
    manifest.update(task=task, outputs=outputs)


def test_a_bundle_has_its_parts(pristine):
    bundle = open_bundle(str(pristine))
    assert bundle.root == pristine
    assert bundle.manifest.task == "feature-extraction"
    assert bundle.tokenizer.encode("turn off", max_length=8).input_ids == [2, 5, 7, 3]
    assert bundle.tokenizer is bundle.tokenizer
    assert bundle.artifact("onnx").path == "model.static.onnx"
    assert bundle.artifact("onnx", "fp32").path == "model.fp32.onnx"
    assert bundle.path("recipe.toml").read_text() == 'task = "feature-extraction"\n'
    assert bundle.verified("model.fp32.onnx") == pristine / "model.fp32.onnx"
    assert len(bundle.self_test().vectors) == 3


@pytest.mark.parametrize(
    ("backend", "mode", "message"),
    [
        ("litert", None, "no artifact for litert, found onnx static, onnx fp32"),
        ("onnx", "dynamic", "no artifact for onnx dynamic, found onnx static, onnx fp32"),
        ("onnx", "dynamic", "export with --backend onnx --mode dynamic"),
    ],
)
def test_an_artifact_that_is_not_there(pristine, backend, mode, message):
    with pytest.raises(EdgebertError, match=message):
        open_bundle(pristine).artifact(backend, mode)


def test_a_file_that_the_manifest_does_not_have(pristine):
    with pytest.raises(EdgebertError, match=r"notes.txt is none of the files"):
        open_bundle(pristine).verified("notes.txt")


def test_no_such_folder(tmp_path):
    assert "no such folder" in problem_of(tmp_path / "absent")


def test_a_file_instead_of_a_folder(pristine):
    assert "is not a folder" in problem_of(pristine / "recipe.toml")


def test_a_folder_without_a_manifest(tmp_path):
    assert "has no manifest.json; expected a folder that edgebert export wrote" in problem_of(
        tmp_path
    )


def test_a_manifest_that_is_a_folder(tmp_path):
    (tmp_path / "manifest.json").mkdir()
    assert "cannot be read" in problem_of(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "truncated"),
        (b"{", "truncated"),
        (b"not json", "malformed"),
        (b"[1]", "Expected `object`, got `array`"),
        (b"{}", "missing required field `format`"),
        (b'{"format": "1"}', "Expected `int`, got `str` - at `$.format`"),
        (b'{"format": 1}', "missing required field `edgebert`"),
        (b'{"format": 0}', "format 0, this edgebert reads 1"),
        (b'{"format": 1, "x": ' + b"[" * 100_000, "recursion"),
        (b'{"format": 1, "edgebert": "\xff"}', "utf-8"),
    ],
)
def test_a_manifest_that_is_none(tmp_path, content, message):
    (tmp_path / "manifest.json").write_bytes(content)
    assert message in problem_of(tmp_path)


def test_a_newer_format_is_refused_by_name_whatever_else_it_holds(tmp_path):
    (tmp_path / "manifest.json").write_text('{"format": 3, "models": [1, 2]}')
    assert "made by a newer edgebert (format 3, this one reads 1): upgrade" in problem_of(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(surprise=1), "unknown field `surprise`"),
        (lambda m: m["artifacts"][0].update(mode="int4"), "at `$.artifacts[0].mode`"),
        (lambda m: m["fidelity"][0].update(worst=None), "at `$.fidelity[0].worst`"),
        (lambda m: m.update(buckets=[]), "buckets: found []"),
        (lambda m: m.update(buckets=[16, 8]), "buckets: found [16, 8], expected them ascending"),
        (lambda m: m.update(buckets=[0, 8]), "expected lengths of 1 or more"),
        (lambda m: m.update(inputs=["pixels"]), "inputs: found ['pixels']"),
        (lambda m: m.update(outputs=[]), "outputs: found []"),
        (lambda m: m.update(artifacts=[]), "artifacts: found none"),
        (lambda m: m["artifacts"].append(m["artifacts"][0]), "found two for onnx static"),
        (lambda m: m["artifacts"][0].update(tolerance=-1.0), "tolerance of model.static.onnx"),
        (lambda m: m["files"].pop("recipe.toml"), "recipe: recipe.toml is not among the recorded"),
        (lambda m: m.update(vocabulary="vocab.txt"), "vocabulary: vocab.txt is not among"),
        (lambda m: m["files"].pop("model.fp32.onnx"), "artifacts[1].path: model.fp32.onnx is not"),
        (lambda m: m["files"].update({"manifest.json": m["files"]["recipe.toml"]}), "files: found"),
        (
            lambda m: m.update(task="fill-mask"),
            "outputs: found hidden (a token), logits (of the text), expected logits (a token) for "
            "fill-mask",
        ),
        (
            lambda m: as_task(m, "intent-and-slots", "intent_logits", "slot_logits"),
            "outputs: found intent_logits (of the text), slot_logits (of the text), expected "
            "intent_logits (of the text), slot_logits (a token) for intent-and-slots",
        ),
        (
            lambda m: as_task(m, "intent-and-slots", "intent_logits", token="slot_logits"),
            "slot_labels: found none, expected the tags of intent-and-slots",
        ),
        (lambda m: m.update(slot_labels=["O"]), "slot_labels: found 1, expected none"),
        (
            lambda m: m.update(label_threshold=0.5),
            "label_threshold: found 0.5, expected none: only text-classification has it, not "
            "feature-extraction",
        ),
        (
            lambda m: (
                as_task(m, "text-classification", "logits"),
                m.update(label_threshold=1.0),
            ),
            "label_threshold: found 1.0, expected a score between 0 and 1",
        ),
        (lambda m: m.update(temperature=None), "at `$.temperature`"),
    ],
)
def test_a_manifest_whose_parts_do_not_fit(folder, edit_manifest, change, message):
    edit_manifest(change)
    assert message in problem_of(folder)


def test_a_manifest_of_intents_and_slots(folder, edit_manifest):
    def change(manifest):
        as_task(manifest, "intent-and-slots", "intent_logits", token="slot_logits")
        manifest.update(labels=["light"], slot_labels=["O", "B-room"])

    edit_manifest(change)
    assert open_bundle(folder).manifest.slot_labels == ("O", "B-room")


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "null"], ids=lambda number: number
)
def test_numbers_that_are_none(folder, number):
    path = folder / "manifest.json"
    text = path.read_text()
    assert '"worst": 0.97' in text
    path.write_text(text.replace('"worst": 0.97', f'"worst": {number}'))
    assert str(path) in problem_of(folder)


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../secret", "a/../../secret", "./x", "a//b", "", "C:\\x", "a\\b", "a\0b"],
)
@pytest.mark.parametrize("place", ["files", "recipe", "artifact"])
def test_paths_that_leave_the_folder(folder, edit_manifest, path, place):
    def change(manifest):
        record = manifest["files"]["recipe.toml"]
        manifest["files"][path] = record
        if place == "recipe":
            manifest["recipe"] = path
        if place == "artifact":
            manifest["artifacts"][0]["path"] = path

    edit_manifest(change)
    assert "expected a path inside the bundle" in problem_of(folder)


@given(st.text(alphabet="./\\:~ab\0 \u202e", max_size=12))
def test_accepted_paths_stay_inside_on_any_system(path):
    import ntpath
    import posixpath

    if is_plain_relative(path):
        for system, root in ((posixpath, "/bundle"), (ntpath, "C:\\bundle")):
            joined = system.normpath(system.join(root, path))
            assert joined.startswith(root + system.sep)


@pytest.mark.parametrize("link", ["recipe.toml", "tokenizer"])
def test_links_that_leave_the_folder(folder, tmp_path, link):
    moved = tmp_path / "elsewhere"
    (folder / link).rename(moved)
    (folder / link).symlink_to(moved)
    assert "is a link that leaves the folder" in problem_of(folder)


def test_links_in_a_circle(folder):
    (folder / "recipe.toml").unlink()
    (folder / "recipe.toml").symlink_to(folder / "recipe.toml")
    with pytest.raises(EdgebertError):
        open_bundle(folder).verified("recipe.toml")


def test_links_that_stay_inside_are_fine(folder):
    (folder / "recipe.toml").rename(folder / "tokenizer" / "r.toml")
    (folder / "recipe.toml").symlink_to("tokenizer/r.toml")
    assert open_bundle(folder).verified("recipe.toml").is_file()


def test_a_bundle_behind_a_link(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    assert open_bundle(tmp_path / "link").verified("recipe.toml").is_file()


def test_a_flipped_byte_is_found_before_an_engine_sees_it(folder):
    path = folder / "model.static.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    bundle = open_bundle(folder)
    with pytest.raises(CheckFailedError, match=r"model.static.onnx: has SHA-256 .*, expected"):
        bundle.open_session(ENGINES["onnxruntime"])
    bundle.open_session(ENGINES["onnxruntime"], "fp32")


def test_a_change_after_the_first_verification_is_found(folder):
    bundle = open_bundle(folder)
    path = bundle.verified("recipe.toml")
    path.write_bytes(path.read_bytes().replace(b"t", b"T"))
    os.utime(path, (1, 1))
    with pytest.raises(CheckFailedError):
        bundle.verified("recipe.toml")


def test_another_size_and_a_missing_file(folder):
    bundle = open_bundle(folder)
    (folder / "recipe.toml").write_bytes(b"")
    with pytest.raises(CheckFailedError, match="has 0 bytes, expected 28"):
        bundle.verified("recipe.toml")
    (folder / "recipe.toml").unlink()
    with pytest.raises(CheckFailedError, match="is missing"):
        bundle.verified("recipe.toml")


def test_a_damaged_vocabulary_is_found(folder):
    shutil.copy(folder / "recipe.toml", folder / "tokenizer" / "vocab.txt")
    with pytest.raises(CheckFailedError, match=r"vocab.txt: has 28 bytes"):
        _ = open_bundle(folder).tokenizer


def test_self_test_vectors_that_are_none(folder, update_record):
    (folder / "self_test.json").write_text('{"vectors": [{"text": 5}]}')
    update_record("self_test.json")
    with pytest.raises(EdgebertError, match=r"self_test.json: Expected `str`, got `int`"):
        open_bundle(folder).self_test()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_whatever_is_done_to_a_manifest_it_opens_or_is_refused(pristine, tmp_path, data):
    content = bytearray((pristine / "manifest.json").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=4))
    (tmp_path / "manifest.json").write_bytes(content)
    bundle, refusal = None, ""
    try:
        bundle = open_bundle(tmp_path)
    except EdgebertError as error:
        refusal = str(error)
    assert str(tmp_path) in refusal or msgspec.json.encode(bundle.manifest)
