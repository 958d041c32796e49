"""Weights that are missing, damaged or of another model end in one line that says so."""

import json
import os
import shutil

import pytest
import torch
from fixtures_checkpoints import SLOT_TAGS, edit_config, write_checkpoint, write_json
from safetensors.torch import load_file, save_file

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.tasks import TASKS


def error_of(source, task="feature-extraction", **options):
    """The message of loading a wrong checkpoint: one line, and no exception of another kind."""
    with pytest.raises(EdgebertError) as caught:
        load_checkpoint(str(source), task, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert caught.value.exit_status == 2
    return message


def assert_error(words, source, task="feature-extraction", **options):
    message = error_of(source, task, **options)
    for word in words:
        assert word in message


def change_tensors(folder, change):
    path = folder / "model.safetensors"
    tensors = {name: tensor.clone() for name, tensor in load_file(path).items()}
    change(tensors)
    save_file(tensors, path)


def test_no_weights_names_what_was_found(tmp_path):
    write_checkpoint(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    assert_error(["no weights", "no file of weights", "model.safetensors"], tmp_path)
    (tmp_path / "tf_model.h5").write_bytes(b"")
    assert_error(["no weights", "found tf_model.h5", "pytorch_model.bin"], tmp_path)


@pytest.mark.parametrize("family", ["SqueezeBert", "Bert"])
@pytest.mark.parametrize(
    ("ending", "task", "missing"),
    [
        ("ForSequenceClassification", "text-classification", "classifier.bias"),
        ("ForMultipleChoice", "multiple-choice", "classifier.weight"),
        ("ForTokenClassification", "token-classification", "classifier.weight"),
        ("ForQuestionAnswering", "question-answering", "qa_outputs.weight"),
        ("ForMaskedLM", "fill-mask", "cls.predictions.transform.dense.weight"),
        ("ForMaskedLM", "fill-mask", "cls.predictions.bias"),
    ],
)
def test_a_head_without_weights(tmp_path, family, ending, task, missing):
    write_checkpoint(tmp_path, family + ending)
    change_tensors(tmp_path, lambda tensors: tensors.pop(missing))
    assert_error(["a head without weights", "is missing", task], tmp_path, task)


@pytest.mark.parametrize("missing", ["intent_classifier.weight", "slot_classifier.bias"])
def test_one_of_two_heads_without_weights(tmp_path, missing):
    write_checkpoint(tmp_path, "SqueezeBertForIntentAndSlots")
    change_tensors(tmp_path, lambda tensors: tensors.pop(missing))
    words = [f"a head without weights: {missing} is missing", "intent-and-slots needs it"]
    assert_error(words, tmp_path, "intent-and-slots")
    load_checkpoint(str(tmp_path), "feature-extraction")


def test_slot_labels_for_more_or_fewer_rows(tmp_path):
    write_checkpoint(tmp_path, "SqueezeBertForIntentAndSlots")
    edit_config(tmp_path, slot_id2label={"0": "O", "1": "B-x"})
    words = ["slot_classifier.weight has 5 rows", "names 2 labels", "its slot_id2label must"]
    assert_error(words, tmp_path, "intent-and-slots")
    edit_config(tmp_path, id2label={"0": "a", "1": "b", "2": "c"}, slot_id2label=SLOT_TAGS)
    words = ["intent_classifier.weight has 2 rows", "names 3 labels", "its id2label must"]
    assert_error(words, tmp_path, "intent-and-slots")


def test_a_base_checkpoint_without_architectures_has_no_head(tmp_path):
    write_checkpoint(tmp_path, "BertModel")
    edit_config(tmp_path, architectures=None)
    for task in set(TASKS[1:]) - {"intent-and-slots"}:
        assert_error(["a head without weights"], tmp_path, task)
    # A class that nobody wrote: edgebert's own is a SqueezeBERT.
    words = ["model_type 'bert' for intent-and-slots", "SqueezeBertForIntentAndSlots"]
    assert_error(words, tmp_path, "intent-and-slots")


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("SqueezeBertForSequenceClassification", "text-classification"),
        ("BertForMultipleChoice", "multiple-choice"),
    ],
)
def test_a_classifier_on_a_missing_pooler(tmp_path, name, task):
    write_checkpoint(tmp_path, name)

    def drop_pooler(tensors):
        for key in [key for key in tensors if "pooler" in key]:
            del tensors[key]

    change_tensors(tmp_path, drop_pooler)
    assert_error(["a head without weights: pooler.dense.bias", task], tmp_path, task)
    assert_error(["a head without weights: pooler.dense.bias"], tmp_path, pooling="pooler")
    load_checkpoint(str(tmp_path), "feature-extraction", pooling="mean")


def test_every_tensor_of_the_encoder_is_needed(tmp_path):
    write_checkpoint(tmp_path, "BertForTokenClassification")
    names = list(load_file(tmp_path / "model.safetensors"))
    for name in names:
        broken = tmp_path / "broken"
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(tmp_path, broken, ignore=lambda *_: {"broken"})
        change_tensors(broken, lambda tensors, name=name: tensors.pop(name))
        message = error_of(broken, "token-classification")
        assert "missing" in message or "holds no embeddings" in message, name


def test_tensors_that_belong_to_nothing(tmp_path):
    write_checkpoint(tmp_path, "BertForTokenClassification")
    change_tensors(tmp_path, lambda t: t.update({"adapter.down.weight": torch.ones(2)}))
    assert_error(["no place for", "adapter.down.weight"], tmp_path, "token-classification")


def test_more_layers_in_the_weights_than_in_the_config(tmp_path):
    write_checkpoint(tmp_path, "BertModel")
    edit_config(tmp_path, num_hidden_layers=1)
    assert_error(["no place for", "encoder.layers.1."], tmp_path)
    edit_config(tmp_path, num_hidden_layers=3)
    assert_error(["missing", "encoder.layers.2."], tmp_path)


def test_shapes_that_differ_from_the_config(tmp_path):
    write_checkpoint(tmp_path)
    edit_config(tmp_path, q_groups=2)
    assert_error(["attention.query.weight", "(32, 32, 1)", "(32, 16, 1)"], tmp_path)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite(tmp_path, value):
    write_checkpoint(tmp_path)
    change_tensors(tmp_path, lambda t: t["pooler.dense.bias"].fill_(value))
    assert_error(["pooler.dense.bias", "NaN or infinity"], tmp_path)


def test_weights_stored_as_integers(tmp_path):
    write_checkpoint(tmp_path)
    change_tensors(tmp_path, lambda t: t.update({"pooler.dense.bias": torch.ones(32).char()}))
    assert_error(["pooler.dense.bias", "torch.int8", "torch.float32"], tmp_path)


def test_weights_of_something_else(tmp_path):
    write_checkpoint(tmp_path)
    save_file({"conv.weight": torch.ones(3)}, tmp_path / "model.safetensors")
    assert_error(["holds no embeddings.word_embeddings.weight", "SqueezeBertModel"], tmp_path)


def test_one_tensor_under_two_names(tmp_path):
    write_checkpoint(tmp_path, "BertModel")
    change_tensors(tmp_path, lambda t: t.update({"embeddings.LayerNorm.gamma": torch.ones(32)}))
    assert_error(["holds embeddings.LayerNorm.weight twice"], tmp_path)


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("SqueezeBertForSequenceClassification", "text-classification"),
        ("BertForTokenClassification", "token-classification"),
    ],
)
def test_a_head_with_other_labels_than_rows(tmp_path, name, task):
    write_checkpoint(tmp_path, name, num_labels=3)
    edit_config(tmp_path, id2label={"0": "no", "1": "yes"})
    words = ["classifier.weight has 3 rows", "names 2 labels", "id2label"]
    assert_error(words, tmp_path, task)
    edit_config(tmp_path, id2label=None, label2id=None)
    assert_error(words, tmp_path, task)
    edit_config(tmp_path, num_labels=3)
    labels = load_checkpoint(str(tmp_path), task).labels
    assert labels == ("LABEL_0", "LABEL_1", "LABEL_2")


def test_question_answering_needs_two_outputs(tmp_path):
    write_checkpoint(tmp_path, "BertForQuestionAnswering", num_labels=3)
    assert_error(["qa_outputs.weight", "(3, 32)", "(2, 32)"], tmp_path, "question-answering")


@pytest.mark.parametrize("keep", [0, 4, 100, -10])
@pytest.mark.parametrize("weights", ["safetensors", "bin"])
def test_a_file_that_was_cut_off(tmp_path, weights, keep):
    write_checkpoint(tmp_path, weights=weights)
    path = next(path for path in tmp_path.iterdir() if path.suffix == f".{weights}")
    path.write_bytes(path.read_bytes()[:keep])
    assert_error([path.name, "is damaged", "get"], tmp_path)


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
def test_a_git_lfs_pointer(tmp_path, name):
    write_checkpoint(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    (tmp_path / name).write_text("version https://git-lfs.github.com/spec/v1\nsize 90868376\n")
    assert_error([name, "Git LFS pointer", "git lfs pull"], tmp_path)


class RunsCode:
    """A pickle that makes a folder as soon as anybody unpickles it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_a_bin_that_would_run_code_is_refused_and_does_not_run(tmp_path):
    folder, trace = tmp_path / "model", tmp_path / "trace"
    write_checkpoint(folder, weights="bin")
    torch.save({"weight": RunsCode(trace)}, folder / "pytorch_model.bin")
    assert_error(["pytorch_model.bin", "would run code", "mkdir", "safetensors"], folder)
    assert not trace.exists()


def test_a_bin_that_holds_a_module_instead_of_its_tensors(tmp_path):
    write_checkpoint(tmp_path, weights="bin")
    torch.save(torch.nn.Linear(2, 2), tmp_path / "pytorch_model.bin")
    assert_error(["would run code", "Linear", "state_dict"], tmp_path)


@pytest.mark.parametrize("content", [[torch.ones(2)], {"state_dict": {"a": torch.ones(2)}}, 7])
def test_a_bin_that_holds_more_than_tensors(tmp_path, content):
    write_checkpoint(tmp_path, weights="bin")
    torch.save(content, tmp_path / "pytorch_model.bin")
    assert_error(["more than a state_dict", "tensors by name"], tmp_path)


def test_shards_that_are_missing_or_elsewhere(tmp_path):
    model = write_checkpoint(tmp_path)
    model.save_pretrained(tmp_path, max_shard_size="20KB")
    (tmp_path / "model.safetensors").unlink(missing_ok=True)
    index = tmp_path / "model.safetensors.index.json"
    content = json.loads(index.read_text())
    shard = content["weight_map"]["pooler.dense.bias"]
    (tmp_path / shard).rename(tmp_path.parent / shard)
    assert_error(["index.json", f"{shard} is missing"], tmp_path)
    content["weight_map"]["pooler.dense.bias"] = f"../{shard}"
    write_json(index, content)
    assert_error([f"'../{shard}'", "outside"], tmp_path)
    write_json(index, {"weight_map": {}})
    assert_error(["no weight_map"], tmp_path)
