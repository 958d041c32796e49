"""The seven SqueezeBERT classes and the six of BERT, from safetensors and from .bin."""

import dataclasses

import pytest
import torch
from fixtures_checkpoints import (
    CLASSES,
    MIXED_GROUPS,
    SLOT_TAGS,
    TASK_ENDINGS,
    VOCABULARY,
    class_name,
    edit_config,
    random_inputs,
    write_checkpoint,
)

from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.tasks import TASKS

LABELS = {0: "negative", 1: "neutral", 2: "positive"}
LABELLED = ("text-classification", "token-classification", "intent-and-slots")
BERT_TASKS = [task for task, family in CLASSES if family == "Bert"]


def outputs(model, inputs):
    """All tensors a module returns, but the pooler's, which some BERT classes do not have."""
    with torch.no_grad():
        result = model(**inputs)
    return {name: value for name, value in result.items() if name != "pooler_output"}


def inputs_for(task, model, seed=0):
    return random_inputs(model.config, choices=3 if task == "multiple-choice" else None, seed=seed)


def assert_same_outputs(actual, expected, inputs, tolerance):
    found, wanted = outputs(actual, inputs), outputs(expected, inputs)
    assert found.keys() == wanted.keys()
    for name in wanted:
        assert wanted[name].abs().max() > 0.1  # equal zeros would prove nothing
        torch.testing.assert_close(found[name], wanted[name], rtol=0, atol=tolerance)


def write(folder, task, family, **options):
    if task in LABELLED:
        options["id2label"] = LABELS
    return write_checkpoint(folder, class_name(task, family), **options)


def test_every_task_has_a_class():
    assert set(TASKS) == set(TASK_ENDINGS)


@pytest.mark.parametrize("weights", ["safetensors", "bin"])
@pytest.mark.parametrize("task", TASKS)
def test_a_squeezebert_computes_exactly_what_transformers_computes(tmp_path, task, weights):
    reference = write(tmp_path, task, "SqueezeBert", weights=weights)
    checkpoint = load_checkpoint(str(tmp_path), task)
    assert type(checkpoint.model) is type(reference)
    assert_same_outputs(checkpoint.model, reference, inputs_for(task, reference), 0)
    for name, groups in MIXED_GROUPS.items():
        assert getattr(checkpoint.model.config, name) == groups


@pytest.mark.parametrize("weights", ["safetensors", "bin"])
@pytest.mark.parametrize("task", BERT_TASKS)
def test_a_converted_bert_computes_what_berts_module_computes(tmp_path, task, weights):
    reference = write(tmp_path, task, "Bert", weights=weights)
    checkpoint = load_checkpoint(str(tmp_path), task)
    assert type(checkpoint.model).__name__ == class_name(task)
    for seed in range(3):
        inputs = inputs_for(task, reference, seed)
        assert_same_outputs(checkpoint.model, reference, inputs, 1e-5)
    assert all(getattr(checkpoint.model.config, name) == 1 for name in MIXED_GROUPS)


@pytest.mark.parametrize(("task", "family"), CLASSES)
def test_what_else_a_checkpoint_says(tmp_path, task, family):
    folder = tmp_path / "my-model"
    write(folder, task, family)
    (folder / "README.md").write_text("---\nlanguage: en\nlicense: apache-2.0\n---\n# Model\n")
    checkpoint = load_checkpoint(str(folder), task)
    assert checkpoint.task == task
    assert checkpoint.labels == (("negative", "neutral", "positive") if task in LABELLED else ())
    slots = tuple(SLOT_TAGS.values()) if task == "intent-and-slots" else ()
    assert checkpoint.slot_labels == slots
    assert (checkpoint.pooling, checkpoint.normalize) == ("none", False)
    assert checkpoint.vocabulary == VOCABULARY
    assert checkpoint.max_length == 40
    assert checkpoint.source == "my-model"
    assert checkpoint.architecture == class_name(task, family)
    assert checkpoint.license == "apache-2.0"
    with pytest.raises(dataclasses.FrozenInstanceError):
        checkpoint.task = "other"


@pytest.mark.parametrize("family", ["SqueezeBert", "Bert"])
def test_the_module_is_ready_for_inference(tmp_path, family):
    write(tmp_path, "text-classification", family)
    model = load_checkpoint(str(tmp_path), "text-classification").model
    assert not any(module.training for module in model.modules())
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


@pytest.mark.parametrize(("task", "family"), CLASSES)
def test_feature_extraction_takes_any_class_and_drops_its_head(tmp_path, task, family):
    reference = write(tmp_path, task, family)
    checkpoint = load_checkpoint(str(tmp_path), "feature-extraction")
    assert type(checkpoint.model).__name__ == "SqueezeBertModel"
    inputs = random_inputs(reference.config)
    assert_same_outputs(checkpoint.model, reference.base_model, inputs, 1e-5)


@pytest.mark.parametrize("task", TASKS)
def test_without_architectures_the_model_type_and_the_weights_decide(tmp_path, task):
    reference = write(tmp_path, task, "SqueezeBert")
    edit_config(tmp_path, architectures=None)
    checkpoint = load_checkpoint(str(tmp_path), task)
    assert_same_outputs(checkpoint.model, reference, inputs_for(task, reference), 0)
    assert checkpoint.architecture == class_name(task)


@pytest.mark.parametrize("name", ["SqueezeBertForMaskedLM", "BertForMaskedLM", "BertModel"])
def test_the_hash_is_of_the_weights_whatever_file_holds_them(tmp_path, name):
    hashes = []
    for index, (weights, seed) in enumerate([("safetensors", 1), ("bin", 1), ("safetensors", 2)]):
        folder = tmp_path / str(index)
        write_checkpoint(folder, name, weights=weights, seed=seed)
        hashes.append(load_checkpoint(str(folder), "feature-extraction").sha256)
    assert hashes[0] == hashes[1] != hashes[2]
    assert len(hashes[0]) == 64


@pytest.mark.parametrize("weights", ["safetensors", "bin"])
def test_sharded_weights(tmp_path, weights):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    reference = write_checkpoint(whole)
    write_checkpoint(parts)
    reference.save_pretrained(parts, max_shard_size="20KB")
    (parts / "model.safetensors").unlink(missing_ok=True)
    if weights == "bin":
        shards_to_bin(parts)
    assert len(list(parts.glob("*-of-*"))) > 2
    found, wanted = (load_checkpoint(str(f), "feature-extraction") for f in (parts, whole))
    assert_same_outputs(found.model, reference, random_inputs(reference.config), 0)
    assert found.sha256 == wanted.sha256


def shards_to_bin(folder):
    from safetensors.torch import load_file

    for shard in folder.glob("*.safetensors"):
        name = shard.name.replace("model", "pytorch_model").replace(".safetensors", ".bin")
        torch.save(load_file(shard), folder / name)
        shard.unlink()
    index = folder / "model.safetensors.index.json"
    text = index.read_text().replace('"model-', '"pytorch_model-').replace(".safetensors", ".bin")
    (folder / "pytorch_model.bin.index.json").write_text(text)
    index.unlink()
