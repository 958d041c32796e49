"""Intents and slots in one pass: trained, saved, read again, exported and asked."""

import json

import pytest
import torch
from safetensors.torch import load_file
from small_trainings import losses, recipe_of

import edgebert
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.evaluation import evaluate_checkpoint
from edgebert.training.job import run_training
from edgebert.training.task_model import load_task_teacher

TASK = "intent-and-slots"


@pytest.fixture(scope="module")
def training(folder, tmp_path_factory):
    """A joint checkpoint, distilled and trained, with its record."""
    recipe = recipe_of(folder, TASK, distil=True, epochs=10)
    return run_training(recipe, folder, tmp_path_factory.mktemp("trained") / "joint", device="cpu")


def test_both_are_learnt_and_edgebert_reads_the_checkpoint(folder, training):
    for stage in ("distil", "task"):
        found = losses(training.record, stage)
        assert sum(found[-3:]) < 0.8 * sum(found[:3]), stage
    figures = training.record["result"]["validation"]
    assert figures["accuracy"] > 0.8
    assert figures["entity_f1"] > 0.8
    # The same rows through the exporter's own graph and the evaluation's own metrics.
    evaluation = evaluate_checkpoint(str(training.folder), folder / f"{TASK}.jsonl", task=TASK)
    metrics = evaluation.results[0].metrics
    same = {"intent_accuracy": "accuracy", "intent_macro_f1": "macro_f1", "slot_f1": "entity_f1"}
    for name, trained_name in same.items():
        assert metrics[name] == pytest.approx(figures[trained_name], abs=1e-9)


def test_the_checkpoint_is_a_normal_one(training):
    checkpoint = load_checkpoint(str(training.folder), TASK)
    assert checkpoint.labels == ("switch off", "switch on")
    assert checkpoint.slot_labels == ("O", "B-device", "I-device")
    config = json.loads((training.folder / "config.json").read_text())
    assert config["model_type"] == "squeezebert"
    assert config["architectures"] == ["SqueezeBertForIntentAndSlots"]
    assert config["slot_id2label"] == {"0": "O", "1": "B-device", "2": "I-device"}
    names = set(load_file(training.folder / "model.safetensors"))
    assert {name.partition(".")[0] for name in names} == {
        "transformer",
        "intent_classifier",
        "slot_classifier",
    }
    # As a teacher its labels are compared with those of the rows.
    teacher, digest = load_task_teacher(str(training.folder), TASK)
    assert teacher.config.slot_id2label == config["slot_id2label"]
    assert digest == checkpoint.sha256


def test_it_survives_saving_and_loading(training, tmp_path):
    model = load_checkpoint(str(training.folder), TASK).model
    model.save_pretrained(tmp_path / "again")
    again = type(model).from_pretrained(tmp_path / "again").eval()
    ids = torch.tensor([[2, 10, 11, 12, 3, 0], [2, 9, 8, 7, 6, 3]])
    mask = torch.tensor([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]])
    with torch.inference_mode():
        expected, found = model(ids, mask), again(ids, mask)
        alone = model(ids[:1, :5])
    assert torch.equal(expected.intent_logits, found.intent_logits)
    assert torch.equal(expected.slot_logits, found.slot_logits)
    # Padding counts for nothing.
    assert (alone.intent_logits - expected.intent_logits[:1]).abs().max() < 1e-5
    assert (alone.slot_logits - expected.slot_logits[:1, :5]).abs().max() < 1e-5


def test_it_is_exported_and_answers(folder, training, tmp_path):
    rows = str(folder / f"{TASK}.jsonl")
    bundle = edgebert.export(
        str(training.folder),
        tmp_path / "bundle",
        task=TASK,
        calibration=rows,
        field="text",
        evaluate=rows,
        backends=["onnx"],
        buckets=[16],
    )
    assert bundle.manifest.accuracy.figures[0].metric == "exact_match"
    assert bundle.manifest.accuracy.figures[0].fp32 > 0.8
    answer = edgebert.load(bundle.root)("turn off the light", top_k=1)
    assert answer.labels[0].label == "switch off"
    assert [(slot.label, slot.text) for slot in answer.entities] == [("device", "light")]
