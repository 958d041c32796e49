"""`edgebert evaluate` prints what `edgebert.evaluation.evaluate` finds."""

import json

import msgspec
import pytest
from fixtures_checkpoints import write_checkpoint

from edgebert.evaluation import evaluate

ROWS = [
    ("turn on the light", "no"),
    ("play it", "yes"),
    ("what is the weather", "oos"),
    ("is it playing", "[bold]maybe[/bold]"),
    ("a " * 60, "no"),
    ("zzz", "oos"),
]


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"text": t, "label": x}) + "\n" for t, x in ROWS))
    return path


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.csv"
    lines = ["one,other,alike", "turn on,play it,1", "is it on,is it,4.5", "what,the light,0"]
    path.write_text("\n".join(lines))
    return path


FIELDS = ["--field", "one", "--pair-field", "other", "--label-field", "alike"]


def test_json_is_what_python_returns(edgebert, bundle_for, data):
    root = bundle_for("text-classification")
    done = edgebert(
        "evaluate", root, data, "--out-of-scope", "oos", "--json", "--processes", 1, "--limit", 5
    )
    assert (done.status, done.err) == (0, "")
    found = evaluate(root, data, out_of_scope=["oos"], limit=5)
    assert done.json == json.loads(msgspec.json.encode(found))
    assert (done.json["rows"], done.json["results"][0]["truncated"]) == (5, 1)


def test_people_see_every_figure(edgebert, embeddings, pairs):
    done = edgebert("evaluate", embeddings.root, pairs, *FIELDS)
    assert (done.status, done.err) == (0, "")
    found = edgebert("evaluate", embeddings.root, pairs, *FIELDS, "--json").json
    assert done.out.startswith(f"{embeddings.root}, feature-extraction: 3 rows of {pairs}\n")
    assert [result["mode"] for result in found["results"]] == ["dynamic", "fp32"]
    for result in found["results"]:
        assert result["version"] in done.out
        assert f"{100 * result['metrics']['spearman']:.2f}" in done.out
    assert "against onnx fp32, same rows" in done.out
    difference = found["results"][0]["comparison"]["differences"]["spearman"]
    cells = (f"{100 * difference[name]:+.2f}" for name in ("value", "low", "high"))
    assert "{} [{}, {}]".format(*cells) in done.out


def test_intents_and_slots_have_a_column_a_figure(edgebert, bundle_for, tmp_path):
    path = tmp_path / "rows.jsonl"
    rows = [
        {"tokens": ["turn", "on"], "tags": ["O", "O"], "label": "light"},
        {"text": "is it playing", "label": "music"},
        {"text": "zzz", "label": "oos"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = edgebert("evaluate", bundle_for("intent-and-slots"), path, "--out-of-scope", "oos")
    assert (done.status, done.err) == (0, "")
    for name in ("exact match", "intent accuracy", "intent macro F1", "slot F1", "out-of-scope"):
        assert name in done.out
    assert "intent-and-slots: 3 rows" in done.out


def test_without_a_reference_it_says_so(edgebert, embeddings, pairs):
    done = edgebert("evaluate", embeddings.root, pairs, *FIELDS, "--mode", "dynamic")
    assert done.status == 0
    assert "Not compared with fp32" in done.out
    assert "against" not in done.out


def test_a_checkpoint_is_evaluated(edgebert, data, tmp_path):
    labels = ("no", "yes", "[bold]maybe[/bold]", "other")
    names = {"id2label": dict(enumerate(labels)), "label2id": {x: i for i, x in enumerate(labels)}}
    write_checkpoint(tmp_path / "model", "BertForSequenceClassification", **names)
    arguments = [
        *("evaluate", tmp_path / "model", data, "--task", "text-classification"),
        *("--out-of-scope", "oos", "--processes", 1),
    ]
    done = edgebert(*arguments)
    assert (done.status, done.err) == (0, "")
    assert "6 rows" in done.out
    (result,) = edgebert(*arguments, "--json").json["results"]
    assert result["engine"] == result["backend"] == "torch"
    assert f"{100 * result['metrics']['accuracy']:.2f}" in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "line 3: field 'label' is 'oos', expected one of the model's 4 labels"),
        (
            [
                o
                for name in ("oos", "no", "yes", "[bold]maybe[/bold]")
                for o in ("--out-of-scope", name)
            ],
            "labels: the model has 1 in scope, expected two or more",
        ),
        (["--limit", "0"], "limit: found 0"),
        (["--processes", "0"], "processes: found 0"),
        (["--mode", "int4"], "mode int4: unknown"),
        (["--engine", "litert"], "none of its artifacts is left to evaluate"),
        (["--pooling", "mean"], "--pooling: goes with a checkpoint and --task"),
        (["--field", "utterance"], "line 1: has no field 'utterance', found 'text', 'label'"),
        (["--task", "text-classification", "--mode", "fp32"], "--mode: goes with a bundle"),
    ],
)
def test_wrong_input_ends_in_one_line(edgebert, bundle_for, data, arguments, message):
    done = edgebert("evaluate", bundle_for("text-classification"), data, *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert message in done.err
    assert done.err.count("\n") == 1


def test_what_is_no_bundle_ends_in_one_line(edgebert, data, tmp_path):
    done = edgebert("evaluate", tmp_path, data)
    assert (done.status, done.out) == (2, "")
    assert "is no bundle (no manifest.json)" in done.err
    assert "--task for a checkpoint" in done.err


def test_a_missing_file_ends_in_one_line(edgebert, bundle_for, tmp_path):
    for name in ("no.jsonl", "no.csv", "no.json"):
        done = edgebert("evaluate", bundle_for("text-classification"), tmp_path / name)
        assert (done.status, done.out) == (2, "")
        assert name in done.err
        assert done.err.count("\n") == 1


def test_processes_of_the_command_give_the_same(edgebert_process, embeddings, pairs):
    found = [
        edgebert_process(
            "evaluate", embeddings.root, pairs, *FIELDS, "--json", "--processes", count
        )
        for count in (1, 2)
    ]
    assert [done.status for done in found] == [0, 0]
    assert found[0].out == found[1].out
