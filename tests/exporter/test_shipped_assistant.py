"""The checkpoint that ships: what its card and its record say of it is so."""

import json
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import edgebert
from edgebert.bundle.hashing import sha256_of
from edgebert.evaluation import evaluate
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.evaluation import evaluate_checkpoint
from edgebert.exporter.recipe import find_checkpoint
from edgebert.training.datasets.prepare import prepare
from edgebert.training.recipe import read_training_recipe

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
RECIPES = ROOT / "export" / "training"
MODEL = Path(find_checkpoint("package:edgebert/models/assistant"))
TASK = "intent-and-slots"
COMMANDS = {
    "set an alarm for half past seven tomorrow morning": (
        "set alarm",
        {("time", "half past seven"), ("date", "tomorrow"), ("time of day", "morning")},
    ),
    "play some jazz by miles davis": (
        "play music",
        {("music genre", "jazz"), ("artist name", "miles davis")},
    ),
    "turn off the lights in the bedroom": ("lights off", {("house place", "bedroom")}),
    "how do i get my tax refund": ("out of scope", set()),
}


@pytest.fixture(scope="module")
def record():
    return json.loads((MODEL / "training.json").read_text())


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The data sets as rows, where they are to be had."""
    if not (DATA / "hwu64").is_dir():
        pytest.skip("no data sets at ../shared/data")
    place = tmp_path_factory.mktemp("data")
    prepare(DATA, place)
    return place


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """What `make demo` exports, in static int8 alone and with fewer buckets."""
    return edgebert.export(
        ROOT / "export" / "assistant.toml",
        tmp_path_factory.mktemp("shipped") / "assistant",
        buckets=[16, 32, 64],
        modes=["static"],
    )


def test_it_is_a_small_squeezebert_in_float16():
    config = json.loads((MODEL / "config.json").read_text())
    sizes = ("num_hidden_layers", "hidden_size", "num_attention_heads", "intermediate_size")
    assert [config[name] for name in sizes] == [6, 384, 12, 1536]
    groups = {name: config[name] for name in config if name.endswith("_groups")}
    assert groups.pop("post_attention_groups") == 1
    assert set(groups.values()) == {4}
    weights = MODEL / "model.safetensors"
    assert weights.stat().st_size <= 32e6
    assert {tensor.dtype for tensor in load_file(weights).values()} == {torch.float16}


def test_its_labels_are_words():
    checkpoint = load_checkpoint(str(MODEL), TASK)
    kinds = {tag[2:] for tag in checkpoint.slot_labels if tag != "O"}
    assert (len(checkpoint.labels), len(kinds)) == (65, 54)
    assert checkpoint.labels[-1] == "out of scope"
    assert all(re.fullmatch("[a-z ]+", name) for name in {*checkpoint.labels, *kinds})
    assert checkpoint.license == "apache-2.0"


def test_its_record_is_that_of_the_recipe_in_the_project(record):
    recipe = json.loads(json.dumps(record["recipe"]))
    kept = {name: recipe["task"].pop(name) for name in ("teacher",)}
    assert kept["teacher"].endswith("assistant-groups1")
    expected = read_training_recipe(RECIPES / "assistant.toml")
    for name, value in recipe["task"].items():
        found = getattr(expected.task, name)
        assert value == (list(found) if isinstance(found, tuple) else found), name
    assert recipe["max_length"] == expected.max_length
    assert recipe["init"]["groups"] == expected.init.groups
    assert record["limit"] is None
    assert record["result"]["sha256"] == sha256_of(MODEL / "model.safetensors")


def test_its_card_names_data_licences_and_limits(record):
    card = (MODEL / "README.md").read_text()
    for name in ("HWU64", "CLINC150", "SNIPS", "Schema-Guided Dialogue", "SLURP", "MiniLM"):
        row = next(
            line
            for line in card.splitlines()
            if line.startswith(f"| [{name}")
            or (line.startswith("| [") and name in line.partition("]")[0])
        )
        assert re.search(r"CC BY|CC0|Apache-2\.0", row), row
    assert "not the published SqueezeBERT weights" in card
    assert "What it can't do" in card


def test_the_data_makes_the_files_it_was_trained_on(record, data):
    for entry in record["data"]:
        file = data / entry["file"].rpartition("data/")[2]
        assert sha256_of(file) == entry["sha256"], entry["file"]


def test_it_is_as_good_as_its_record_says(record, data):
    """On validation rows; test rows are for reports."""
    evaluation = evaluate_checkpoint(
        str(MODEL),
        data / "assistant" / "validation.jsonl",
        task=TASK,
        out_of_scope=["out of scope"],
    )
    found, recorded = evaluation.results[0].metrics, record["result"]["validation"]
    assert found["intent_accuracy"] == pytest.approx(recorded["accuracy"], abs=1e-9)
    assert found["out_of_scope_recall"] == pytest.approx(recorded["out_of_scope_recall"], abs=1e-9)
    assert found["slot_f1"] == pytest.approx(recorded["entity_f1"], abs=1e-9)


@pytest.mark.parametrize("engine", ["executorch", "litert", "onnxruntime"])
def test_every_engine_answers_the_demos_commands(bundle, engine):
    pipeline = edgebert.load(bundle.root, engine=engine, threads=1)
    for text, (intent, slots) in COMMANDS.items():
        answer = pipeline(text)
        assert answer.labels[0].label == intent, text
        assert {(slot.label, slot.text) for slot in answer.entities} == slots, text


def test_int8_loses_less_than_a_point(bundle, record, data):
    """Of what the record has for fp32; fp32 itself is held to it above."""
    evaluation = evaluate(
        bundle.root,
        data / "assistant" / "validation.jsonl",
        backends=["litert"],
        out_of_scope=["out of scope"],
    )
    static, recorded = evaluation.results[0].metrics, record["result"]["validation"]
    assert static["intent_accuracy"] > recorded["accuracy"] - 0.01
    assert static["slot_f1"] > recorded["entity_f1"] - 0.01
    assert static["out_of_scope_recall"] > recorded["out_of_scope_recall"] - 0.01
