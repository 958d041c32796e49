"""`edgebert export`: what it prints, what it refuses, and what it leaves when it is stopped."""

import json
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from fixtures_checkpoints import write_checkpoint

from edgebert.bundle import check_bundle, open_bundle

TEXTS = "".join(f"turn on the light {number}\n" for number in range(100))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Path:
    """A folder with a checkpoint, texts, and a bundle of the checkpoint on ONNX Runtime."""
    folder = tmp_path_factory.mktemp("shelf")
    write_checkpoint(
        folder / "checkpoint", "SqueezeBertForTokenClassification", num_hidden_layers=1
    )
    (folder / "texts.txt").write_text(TEXTS)
    return folder


def arguments(shelf: Path, output: Path, *more: object, **changes: object) -> list[str]:
    """Return the arguments of an export; a change to None leaves an option out."""
    options = {
        "task": "token-classification",
        "calibration": shelf / "texts.txt",
        "calibration-texts": 16,
        "backend": "onnx",
        "bucket": 12,
        "output": output,
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    pairs = [(f"--{name}", str(value)) for name, value in options.items() if value is not None]
    return ["export", *(part for pair in pairs for part in pair), *map(str, more)]


@pytest.fixture(scope="module")
def bundle(shelf) -> tuple[Path, subprocess.CompletedProcess]:
    """The bundle, as the command made it in a process of its own, and what the command printed."""
    words = arguments(shelf, shelf / "bundle", shelf / "checkpoint", "--json", mode="static")
    command = [sys.executable, "-m", "edgebert.cli", *words, "--bucket", "16"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return shelf / "bundle", done


@pytest.fixture
def old(bundle, tmp_path) -> Path:
    """A copy of the bundle, alone in a folder of its own."""
    return Path(shutil.copytree(bundle[0], tmp_path / "place" / "bundle"))


def tree(folder: Path) -> dict[str, bytes]:
    """Return everything below a folder, hidden files too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


def test_json_is_the_manifest_and_nothing_else(bundle):
    folder, done = bundle
    assert json.loads(done.stdout) == json.loads((folder / "manifest.json").read_text())
    assert json.loads(done.stdout) == json.loads(msgspec.json.encode(open_bundle(folder).manifest))


def test_the_recipe_in_the_bundle_is_what_was_asked_for(bundle):
    recipe = tomllib.loads((bundle[0] / "recipe.toml").read_text())
    assert recipe | {"observer": "", "outlier_limit": 0} == {
        "checkpoint": "checkpoint",
        "task": "token-classification",
        "calibration": "texts.txt",
        "backends": ["onnx"],
        "buckets": [12, 16],
        "modes": ["static"],
        "observer": "",
        "calibration_texts": 16,
        "outlier_limit": 0,
        "fp32_sites": [],
        "out_of_scope": [],
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


def start(shelf: Path, output: Path, first: str = "") -> subprocess.Popen:
    """Start an export over a bundle, in a process that does something else first."""
    words = arguments(shelf, output, shelf / "checkpoint")
    program = f"{first}\nfrom edgebert.cli import main\nmain()"
    command = [sys.executable, "-c", program, *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def wait_for(process: subprocess.Popen, phase: str) -> None:
    """Wait until an export says that it is done with a phase."""
    said = []
    for line in process.stderr:
        said.append(line)
        if phase in line:
            return
    pytest.fail(f"the export ended before {phase}: {said}")


def test_a_second_export_is_refused_and_an_interrupted_one_leaves_the_old_bundle(
    edgebert, shelf, old
):
    before = tree(old.parent)
    with start(shelf, old) as process:
        wait_for(process, "calibrating: done")
        assert {path.name for path in old.parent.iterdir()} == {
            "bundle",
            ".bundle.lock",
            ".bundle.partial",
        }
        process.send_signal(signal.SIGSTOP)  # a slow machine gives it no head start
        second = edgebert(*arguments(shelf, old, shelf / "checkpoint"))
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        last = process.stderr.read().splitlines()[-1]
        assert process.wait(60) == 130
    assert last == "error: interrupted"
    assert second.status == 2
    assert f"process {process.pid} is writing there; wait" in second.err
    assert len(second.err.splitlines()) == 1
    assert tree(old.parent) == before


def test_what_a_killed_export_left_is_cleaned_up_by_the_next(edgebert, shelf, old):
    before = tree(old)
    with start(shelf, old) as process:
        wait_for(process, "calibrating: done")
        process.kill()
    assert tree(old) == before
    assert len(list(old.parent.iterdir())) > 1
    again = edgebert(*arguments(shelf, old, shelf / "checkpoint"))
    assert again.status == 0
    assert [path.name for path in old.parent.iterdir()] == ["bundle"]
    assert open_bundle(old).manifest.buckets == (12,)
    assert check_bundle(open_bundle(old)).passed


def test_a_full_disk_leaves_the_old_bundle(shelf, old):
    before = tree(old.parent)
    # The most bytes that a file may have: fewer than the model needs.
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))"
    with start(shelf, old, limit) as process:
        said = process.stderr.read().splitlines()
    assert process.returncode == 2
    assert [line for line in said if line.startswith("error: ")] == said[-1:]
    assert "cannot be written" in said[-1]
    assert tree(old.parent) == before
