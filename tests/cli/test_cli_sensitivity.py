"""`edgebert sensitivity` shows what `edgebert.exporter.sensitivity.analyse` finds."""

import json
import shutil

import msgspec
import pytest
from fixtures_spoiled import SPOILED_SITE, write_spoiled

from edgebert.exporter.recipe import recipe_for
from edgebert.exporter.sensitivity import analyse

TEXTS = "".join(f"turn on the light {number}\n" for number in range(40))
LABELS = ("no", "yes")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder with a checkpoint, texts and labelled rows."""
    folder = tmp_path_factory.mktemp("shelf")
    names = {"id2label": dict(enumerate(LABELS)), "label2id": {x: i for i, x in enumerate(LABELS)}}
    write_spoiled(folder / "checkpoint", "text-classification", **names)
    (folder / "texts.txt").write_text(TEXTS)
    rows = ({"text": text, "label": LABELS[n % 2]} for n, text in enumerate(TEXTS.splitlines()))
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return folder


@pytest.fixture
def command(edgebert, shelf):
    """Run the command on the checkpoint."""

    def run(*more, **changes):
        options = {
            "task": "text-classification",
            "calibration": shelf / "texts.txt",
            "calibration-texts": 16,
            "texts": 3,
        } | {name.replace("_", "-"): value for name, value in changes.items()}
        pairs = [(f"--{name}", value) for name, value in options.items() if value is not None]
        return edgebert("sensitivity", shelf / "checkpoint", *(x for p in pairs for x in p), *more)

    return run


@pytest.fixture(scope="module")
def found(shelf):
    options = {
        "task": "text-classification",
        "calibration": shelf / "texts.txt",
        "calibration_texts": 16,
    }
    return analyse(recipe_for(shelf / "checkpoint", options), texts=3)


def test_json_is_what_python_returns(command, found, tmp_path):
    done = command("--json", "-o", tmp_path / "found.json")
    assert (done.status, done.err) == (0, "")
    assert done.json == json.loads(msgspec.json.encode(found))
    assert json.loads((tmp_path / "found.json").read_text()) == done.json
    assert done.json["held_out"] is True
    assert done.json["sensitivity"]["sites"][0]["name"] == SPOILED_SITE


def test_people_see_the_worst_first(command, found):
    done = command("--limit", 3)
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert "text-classification: static int8" in lines[0]
    assert "3 texts" in lines[1]
    assert "texts.txt, not calibrated on" in lines[1]
    start = next(n for n, line in enumerate(lines) if line.startswith("site "))
    rows = [line.split() for line in lines[start + 2 : start + 6]]
    assert [row[0] for row in rows[:3]] == [s.name for s in found.sensitivity.sites[:3]]
    assert rows[3] == []
    worst = found.sensitivity.sites[0]
    assert rows[0][0] == SPOILED_SITE
    assert rows[0][2] == f"{100 * worst.share:.1f}"
    assert rows[0][-1] == f"{100 * worst.relief:.1f}"
    for part in (*found.sensitivity.layers, *found.sensitivity.kinds):
        assert any(line.startswith(part.name) for line in lines)
    assert "Left in fp32 anyway: head.classifier." in done.out


def test_a_recipe_and_a_table(edgebert, shelf, found, tmp_path):
    """A table from an export is used as it is, and a recipe's fields like options."""
    done = edgebert(
        *("export", shelf / "checkpoint", "--task", "text-classification", "--backend", "onnx"),
        *("--calibration", shelf / "texts.txt", "--calibration-texts", 16, "-o", tmp_path / "b"),
    )
    assert done.status == 0
    shutil.copy(tmp_path / "b" / "calibration.json", tmp_path / "table.json")
    (tmp_path / "recipe.toml").write_text(
        f'checkpoint = "{shelf / "checkpoint"}"\ntask = "text-classification"\n'
        f'calibration = "{shelf / "texts.txt"}"\ncalibration_texts = 16\ntable = "table.json"\n'
    )
    done = edgebert("sensitivity", tmp_path / "recipe.toml", "--texts", 3, "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json["sensitivity"] == json.loads(msgspec.json.encode(found.sensitivity))


def test_labelled_rows(command, shelf):
    done = command("--json", evaluate=shelf / "rows.jsonl", texts=10)
    assert done.json["data"] == "rows.jsonl"
    assert done.json["held_out"] is False
    metrics = done.json["sensitivity"]["fp32_metrics"]
    assert set(metrics) == {"accuracy", "macro_f1", "ece"}
    done = command(evaluate=shelf / "rows.jsonl", texts=10)
    assert (done.status, done.err) == (0, "")
    assert f"accuracy: {100 * metrics['accuracy']:.2f} in fp32, drop " in done.out
    assert "accuracy drop without" in done.out


def test_rows_have_fields_of_their_own(command, shelf, tmp_path):
    rows = [json.loads(line) for line in (shelf / "rows.jsonl").read_text().splitlines()]
    (tmp_path / "rows.jsonl").write_text(
        "".join(f"{json.dumps({'said': r['text'], 'meant': r['label']})}\n" for r in rows)
    )
    usual = command("--json", evaluate=shelf / "rows.jsonl", texts=10).json["sensitivity"]
    fields = {"row_field": "said", "label_field": "meant"}
    own = command("--json", evaluate=tmp_path / "rows.jsonl", texts=10, **fields).json
    assert own["sensitivity"] == usual


def test_dynamic_needs_no_texts(command):
    done = command("--json", calibration=None, mode="dynamic")
    assert done.status == 0
    assert (done.json["observer"], done.json["data"]) == (None, "everyday.txt")
    assert done.json["sensitivity"]["mode"] == "dynamic"


def test_a_picture(command, tmp_path):
    done = command("--picture", tmp_path / "found.svg")
    assert (done.status, done.err) == (0, "")
    assert "<svg" in (tmp_path / "found.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"calibration": None}, "static mode needs calibration texts"),
        ({"calibration": "none.txt"}, "none.txt: no such file"),
        ({"table": "none.json"}, "none.json: no such file"),
        ({"task": None}, "task: missing"),
        ({"mode": "fp32"}, "mode fp32: quantises nothing"),
        ({"mode": "int4"}, "int4"),
        ({"observer": "best"}, "observer 'best': unknown"),
        ({"texts": 0}, "--texts 0: expected 1 to 64"),
        ({"texts": 65}, "--texts 65: expected 1 to 64, or more with --evaluate"),
        ({"limit": 0}, "--limit 0: expected 1 site or more"),
        ({"picture": "a.jpg"}, "unknown suffix '.jpg'"),
        ({"picture": "none/a.svg"}, "its folder does not exist"),
        ({"output": "none/a.json"}, "--output none/a.json: its folder does not exist"),
        ({"label_field": "x"}, "--label-field: says how to read labelled rows; add --evaluate"),
        ({"out_of_scope": "x"}, "--out-of-scope: says how to read labelled rows; add --evaluate"),
        ({"evaluate": "none.jsonl"}, "none.jsonl"),
    ],
)
def test_wrong_input_ends_in_one_line(command, changes, message):
    done = command(**changes)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert message in done.err
    assert done.err.count("\n") == 1
