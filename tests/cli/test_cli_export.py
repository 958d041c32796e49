"""`edgebert export`: what it prints and what it refuses."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cli_exports import arguments, tree, write_shelf

from edgebert.bundle import check_bundle, open_bundle


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Path:
    """A folder with a checkpoint and texts."""
    return write_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def bundle(shelf) -> tuple[Path, subprocess.CompletedProcess]:
    """The bundle, as the command made it in a process of its own, and what the command printed."""
    words = arguments(shelf, shelf / "bundle", shelf / "checkpoint", "--json", mode="static")
    command = [sys.executable, "-m", "edgebert.cli", *words, "--bucket", "16"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return shelf / "bundle", done


def test_json_is_the_manifest_and_nothing_else(bundle):
    folder, done = bundle
    assert json.loads(done.stdout) == json.loads((folder / "manifest.json").read_text())
    assert json.loads(done.stdout) == json.loads(msgspec.json.encode(open_bundle(folder).manifest))


def test_the_recipe_in_the_bundle_is_what_was_asked_for(bundle):
    recipe = tomllib.loads((bundle[0] / "recipe.toml").read_text())
    assert recipe | {"observer": "", "outlier_limit": 0, "outlier_ratio": 0} == {
        "checkpoint": "checkpoint",
        "task": "token-classification",
        "calibration": "texts.txt",
        "backends": ["onnx"],
        "buckets": [12, 16],
        "modes": ["static"],
        "observer": "",
        "calibration_texts": 16,
        "outlier_limit": 0,
        "outlier_ratio": 0,
        "fp32_sites": [],
        "out_of_scope": [],
        "auto": False,
        "fp16": False,
    }


def test_people_see_a_row_for_every_artifact(edgebert, shelf, tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        f'checkpoint = "{shelf / "checkpoint"}"\ntask = "token-classification"\n'
        f'calibration = "{shelf / "texts.txt"}"\ncalibration_texts = 16\n'
        'backends = ["onnx", "litert"]\nmodes = ["static", "dynamic"]\nbuckets = [16]\n'
    )
    # The second --mode option replaces the recipe's.
    done = edgebert("export", recipe, "-o", tmp_path / "mine", "--mode", "static", "--mode", "fp32")
    assert done.status == 0
    rows = [line.split() for line in done.out.splitlines()]
    assert [row[:2] for row in rows if row and row[0] in ("onnx", "litert", "executorch")] == [
        ["onnx", "static"],
        ["onnx", "fp32"],
        ["litert", "static"],
        ["litert", "fp32"],
    ]
    assert "mine: token-classification" in done.out
    assert "Calibrated on 16 texts" in done.out
    assert str(tmp_path / "mine") in done.out
    made = open_bundle(tmp_path / "mine")
    (verified,) = {row.texts for row in made.manifest.fidelity}
    assert verified >= 64
    assert f"on {verified} texts not calibrated on" in done.out
    assert made.manifest.buckets == (16,)
    assert check_bundle(made).passed


def _texts(content: bytes, name: str = "bad.txt") -> Callable[[Path], dict[str, object]]:
    def write(folder: Path) -> dict[str, object]:
        (folder / name).write_bytes(content)
        return {"calibration": folder / name}

    return write


ARABIC = "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643\n"

BAD_TEXTS = {
    "empty": (_texts(b""), "holds no text"),
    "blank": (_texts(b" \n\t\n\n"), "holds no text"),
    "binary": (_texts(b"\x7fELF\2\1\1\0\0\0\0\n"), "NUL byte"),
    "an image": (_texts(b"\x89PNG\r\n"), "not UTF-8"),
    "not UTF-8": (_texts(b"caf\xe9 is open\n" * 9), "not UTF-8"),
    "a line of 1 MB": (_texts(b"turn on " * 150_000), "1,000,000 bytes or more"),
    "zero-width only": (_texts("\u200b\u200d\ufeff\n".encode() * 9), "has a token"),
    "control characters only": (_texts(b"\x01\x02\n" * 9), "has a token"),
    "another script": (_texts(ARABIC.encode() * 9), "not in the checkpoint's vocabulary"),
    "another suffix": (_texts(b"turn on\n", "texts.doc"), "unknown suffix"),
    "no such file": (lambda folder: {"calibration": folder / "none.txt"}, "no such file"),
    "a folder": (lambda folder: {"calibration": folder}, "is a folder"),
    "no such field": (
        lambda folder: _texts(b'{"text": "turn on"}\n', "a.jsonl")(folder) | {"field": "words"},
        "words",
    ),
    "not JSON": (_texts(b"turn on\n", "a.jsonl"), "line 1"),
}

BAD_OPTIONS = {
    "no calibration": ({"calibration": None}, "--calibration"),
    "no task": ({"task": None}, "task: missing"),
    "unknown task": ({"task": "translation"}, "task 'translation'"),
    "another task's checkpoint": ({"task": "question-answering"}, "SqueezeBertForTokenClass"),
    "unknown backend": ({"backend": "tensorrt"}, "tensorrt"),
    "unknown mode": ({"mode": "int4"}, "int4"),
    "unknown observer": ({"observer": "median"}, "observer 'median'"),
    "bucket above the positions": ({"bucket": 41}, "bucket 41"),
    "bucket without room for a word": ({"bucket": 2}, "bucket 2"),
    "bucket that is no number": ({"bucket": "many"}, "--bucket"),
    "no texts to calibrate on": ({"calibration-texts": 0}, "calibration_texts"),
    "unknown pooling": ({"pooling": "max"}, "pooling 'max'"),
    "no such table": ({"table": "none.json"}, "none.json: no such file"),
}

BAD_RECIPES = {
    "an unknown field": ('checkpoint = "a"\ntask = "fill-mask"\nquality = 3\n', "`quality`"),
    "not TOML": ("checkpoint: a\n", "not TOML"),
    "not there": (None, "No such file"),
}


@pytest.fixture
def refused(edgebert, shelf, tmp_path, capfd) -> Callable[..., None]:
    """Run an export that must be refused in one line, and must leave nothing."""

    def run(expected: str, *words: object) -> None:
        before, kept = tree(tmp_path), tree(shelf)
        done = edgebert(*words)
        assert (done.status, done.out) == (2, "")
        (line,) = done.err.splitlines()
        assert line.startswith("error: ")
        assert expected in line
        assert capfd.readouterr().err == ""  # nor did a library say more, past Python
        assert (tree(tmp_path), tree(shelf)) == (before, kept)

    return run


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_unusable_texts(refused, shelf, tmp_path, name):
    prepare, expected = BAD_TEXTS[name]
    changes = prepare(tmp_path)
    refused(expected, *arguments(shelf, tmp_path / "out", shelf / "checkpoint", **changes))


@pytest.mark.parametrize("name", BAD_OPTIONS)
def test_unusable_options(refused, shelf, tmp_path, name):
    changes, expected = BAD_OPTIONS[name]
    refused(expected, *arguments(shelf, tmp_path / "out", shelf / "checkpoint", **changes))


@pytest.mark.parametrize("name", BAD_RECIPES)
def test_unusable_recipes(refused, shelf, tmp_path, name):
    text, expected = BAD_RECIPES[name]
    if text is not None:
        (tmp_path / "recipe.toml").write_text(text)
    refused(expected, *arguments(shelf, tmp_path / "out", tmp_path / "recipe.toml", task=None))


@pytest.mark.parametrize(
    ("checkpoint", "expected"),
    [("./no-such-model", "no-such-model"), ("package:no_such_package/model", "no_such_package")],
)
def test_no_such_checkpoint(refused, shelf, tmp_path, checkpoint, expected):
    refused(expected, *arguments(shelf, tmp_path / "out", checkpoint))


def test_an_output_that_is_something_else(refused, shelf, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    (tmp_path / "file").write_bytes(b"a file")
    source = shelf / "checkpoint"
    refused("not a bundle", *arguments(shelf, tmp_path / "photos", source))
    refused("is a file", *arguments(shelf, tmp_path / "file", source))
    refused("cannot be written", *arguments(shelf, tmp_path / "file" / "bundle", source))


def test_one_line_in_a_process_of_its_own(edgebert_process, shelf, tmp_path):
    done = edgebert_process(
        *arguments(shelf, tmp_path / "out", shelf / "checkpoint", **BAD_TEXTS["empty"][0](tmp_path))
    )
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.txt"]
