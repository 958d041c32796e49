"""Bundles that somebody made to do harm: each ends in one line, before an engine runs."""

import json
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saturation import SaturatingEngine
from tiny_bundles import write_bundle, write_onnx_bundle

from edgebert.bundle import check_bundle, open_bundle
from edgebert.bundle.hashing import record_of
from edgebert.bundle.manifest import FORMAT, SelfTest
from edgebert.errors import CheckFailedError, EdgebertError

FORMATS = Path(__file__).parent / "formats"
HUGE = 10**12

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def one_line(error: EdgebertError) -> str:
    assert "\n" not in str(error)
    return str(error)


def refusal(folder: Path) -> str:
    with pytest.raises(EdgebertError) as caught:
        open_bundle(folder)
    return one_line(caught.value)


@pytest.mark.parametrize("place", ["at the top", "inside", "escaped"])
def test_a_name_that_stands_twice(folder, place):
    path = folder / "manifest.json"
    twice = {
        "at the top": ('"task":', '"task": "fill-mask", "task":'),
        "inside": ('"lowercase":', '"lowercase": false, "lowercase":'),
        "escaped": ('"task":', '"t\\u0061sk": "fill-mask", "task":'),
    }
    before = path.read_text()
    path.write_text(before.replace(*twice[place], 1))
    assert path.read_text() != before
    assert "twice in one object" in refusal(folder)


def test_a_name_that_breaks_the_line(folder):
    path = folder / "manifest.json"
    content = json.loads(path.read_text())
    content["accuracy"] = {"two\nlines \x1b[2J": None}
    path.write_text(json.dumps(content))
    assert "unknown field `two\\nlines \\x1b[2J`" in refusal(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(buckets=[HUGE]), f"buckets: found {HUGE}"),
        (lambda m: m.update(buckets=[8, HUGE]), f"buckets: found {HUGE}"),
        (lambda m: m.update(buckets=[10**30]), "buckets"),
        (lambda m: m.update(buckets=[-1]), "expected lengths of 1 or more"),
        (lambda m: m["artifacts"][0].update(tolerance=1e400), "Expected `float`, got `null`"),
    ],
    ids=["one", "second", "beyond 64 bits", "negative", "infinite"],
)
def test_lengths_that_no_memory_holds(folder, edit_manifest, change, message):
    edit_manifest(change)
    assert message in refusal(folder)


@pytest.mark.parametrize("size", [-1, 10**18])
def test_sizes_that_no_file_has(folder, edit_manifest, size):
    edit_manifest(lambda m: m["files"]["recipe.toml"].update(size=size))
    with pytest.raises(CheckFailedError, match=f"has 28 bytes, expected {size}"):
        open_bundle(folder).verified("recipe.toml")


def test_an_integer_of_thousands_of_digits(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": ' + "9" * 10_000))
    assert refusal(folder)


def test_a_manifest_without_end(folder):
    with (folder / "manifest.json").open("r+b") as file:
        file.truncate(65 * 2**20)
    assert "manifest.json cannot be read (it is larger than" in refusal(folder)


@pytest.mark.parametrize("name", ["manifest.json", "recipe.toml"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_pipes_and_devices_are_not_waited_for(folder, edit_manifest, name, kind):
    """A reader that opened one would wait or read for ever."""
    nothing = {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
    edit_manifest(lambda m: m["files"].update({"recipe.toml": {**nothing, "size": 0}}))
    (folder / name).unlink()
    if kind == "pipe":
        os.mkfifo(folder / name)
    else:
        (folder / name).symlink_to("/dev/zero")
    with pytest.raises(EdgebertError) as caught:
        open_bundle(folder).verified(name)
    message = one_line(caught.value)
    assert "it is a pipe or a device" in message or "is a link that leaves the folder" in message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_value_in_any_place_of_a_manifest(pristine, tmp_path, data):
    """What is of the wrong type or impossible is refused, and named by its place."""
    plain = json.loads((pristine / "manifest.json").read_bytes())
    at = plain
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not at[key] or not isinstance(at[key], dict | list) or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = data.draw(anything)
    (tmp_path / "manifest.json").write_text(json.dumps(plain))
    try:
        manifest = open_bundle(tmp_path).manifest
    except EdgebertError as error:
        said = one_line(error)
    else:
        said = f"{tmp_path}: {msgspec.json.encode(manifest)!r}"
    assert str(tmp_path) in said


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_whatever_a_self_test_holds_it_is_one_line(pristine, tmp_path, data):
    """Also with hashes that fit, and run to the end: an engine sees only ids that can be some."""
    plain = json.loads((pristine / "self_test.json").read_bytes())
    vector = plain["vectors"][0]
    at, key = data.draw(
        st.sampled_from(
            [
                (vector, "bucket"),
                (vector, "input_ids"),
                (vector, "token_type_ids"),
                (vector, "text"),
                (vector, "expected"),
                (vector["expected"]["static"][0], "stride"),
                (vector["expected"]["static"][0], "shape"),
                (vector["expected"]["static"][0], "values"),
                (vector["expected"]["static"][0], "name"),
                (plain, "vectors"),
            ]
        )
    )
    extremes = st.integers(-(2**70), 2**70) | st.sampled_from([-1, 0, 2**31, 2**63, HUGE])
    at[key] = data.draw(anything | extremes | st.lists(extremes, max_size=6))
    for name in json.loads((pristine / "manifest.json").read_bytes())["files"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((pristine / name).read_bytes())
    (tmp_path / "self_test.json").write_text(json.dumps(plain))
    manifest = json.loads((pristine / "manifest.json").read_bytes())
    record = msgspec.to_builtins(record_of(tmp_path / "self_test.json"))
    manifest["files"]["self_test.json"] = record
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    # The engine stands still: what comes to it is what is tested.
    report = check_bundle(open_bundle(tmp_path), [SaturatingEngine()])
    for problem in report.problems:
        assert "\n" not in problem


@pytest.mark.parametrize("backend", ["executorch", "litert", "onnx"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_engine_sees_a_changed_artifact(tmp_path, backend, data):
    """Any bytes of any artifact: it never comes to its engine."""
    content = bytearray(data.draw(st.binary(min_size=1, max_size=200)))
    name = f"model.{backend}"
    if not (tmp_path / "bundle").exists():
        write_bundle(
            tmp_path / "bundle", [(backend, "fp32", name, bytes(content))], SelfTest(vectors=())
        )
    path = tmp_path / "bundle" / name
    exported = path.read_bytes()
    changed = bytearray(exported)
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(changed)
    opened = []

    class Engine(SaturatingEngine):
        def open(self, artifact, threads=None):
            opened.append(artifact)
            return self

    engine = Engine()
    engine.backend = backend
    try:
        with pytest.raises(CheckFailedError, match="it is not the file that was exported"):
            open_bundle(tmp_path / "bundle").open_session(engine)
    finally:
        path.write_bytes(exported)
    assert opened == []
    open_bundle(tmp_path / "bundle").open_session(engine)
    assert len(opened) == 1


@pytest.mark.parametrize("number", sorted(int(path.stem) for path in FORMATS.glob("*.json")))
def test_a_bundle_of_every_format_since_the_first_opens(tmp_path, number):
    """A stored manifest of each; without its files, which only its hashes speak of."""
    (tmp_path / "manifest.json").write_bytes((FORMATS / f"{number}.json").read_bytes())
    manifest = open_bundle(tmp_path).manifest
    assert manifest.format == number
    assert [artifact.path for artifact in manifest.artifacts] == [
        "model.static.onnx",
        "model.fp32.onnx",
    ]


def test_the_format_that_is_written_is_stored_and_the_next_is_refused_by_name(tmp_path):
    assert (FORMATS / f"{FORMAT}.json").is_file(), "store a manifest of the new format"
    plain = json.loads((FORMATS / f"{FORMAT}.json").read_bytes())
    plain["format"] = FORMAT + 1
    (tmp_path / "manifest.json").write_text(json.dumps(plain))
    assert f"made by a newer edgebert (format {FORMAT + 1}, this one reads" in refusal(tmp_path)


def test_what_is_written_now_is_what_is_stored(tmp_path):
    """A changed manifest shows here, so that nobody changes the format by accident."""
    now = json.loads((write_onnx_bundle(tmp_path / "now") / "manifest.json").read_bytes())
    stored = json.loads((FORMATS / f"{FORMAT}.json").read_bytes())

    def names(value):
        if isinstance(value, dict):
            return {key: names(item) for key, item in value.items()}
        return [names(item) for item in value[:1]] if isinstance(value, list) else None

    assert names(now) == names(stored)
