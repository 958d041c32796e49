"""Wrong requests, folders and settings end in one line that says what is wrong."""

import pytest
from fixtures_checkpoints import VOCABULARY, edit_config, write_checkpoint

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


def test_unknown_task(tmp_path):
    assert_error(["unknown task 'summarize'", *TASKS], tmp_path, "summarize")


def test_unknown_pooling_and_pooling_of_another_task(tmp_path):
    write_checkpoint(tmp_path, "BertForMaskedLM")
    assert_error(["unknown pooling 'max'", "none, mean, cls, pooler"], tmp_path, pooling="max")
    assert_error(
        ["'mean' goes with feature-extraction only"], tmp_path, "fill-mask", pooling="mean"
    )


@pytest.mark.parametrize(
    "source",
    ["./no-such", "/no/such", "../no-such", "~/no-such", "~nobody0/x", "a/b/c", "C:x", "x/"],
)
def test_no_such_folder(source):
    assert_error([f"{source}: no such folder; expected a checkpoint's folder or a hub id"], source)


def test_a_path_that_no_file_system_takes():
    assert_error(["cannot be read", "File name too long"], "./" + "a" * 300)


def test_empty_source():
    assert_error(["no such folder"], "  ")


def test_a_file_instead_of_the_folder(tmp_path):
    write_checkpoint(tmp_path)
    assert_error(["is a file", "folder"], tmp_path / "model.safetensors")


def test_a_revision_of_a_folder(tmp_path):
    write_checkpoint(tmp_path)
    assert_error(["is a local folder", "'v1'", "hub id only"], tmp_path, revision="v1")


def test_folder_without_config(tmp_path):
    assert_error([str(tmp_path), "has no config.json", "save_pretrained"], tmp_path)


@pytest.mark.parametrize("content", ["{", "[1]", b"\xff\xfe", "[" * 100_000])
def test_malformed_config(tmp_path, content):
    write_checkpoint(tmp_path)
    data = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "config.json").write_bytes(data)
    assert_error(["config.json", "JSON"], tmp_path)


def test_another_architecture_is_named_with_the_accepted_ones(tmp_path):
    write_checkpoint(tmp_path)
    edit_config(tmp_path, architectures=["RobertaForMaskedLM"], model_type="roberta")
    assert_error(["RobertaForMaskedLM", "SqueezeBertModel", "BertForQuestionAnswering"], tmp_path)
    edit_config(tmp_path, architectures=["BertModel"])
    assert_error(["BertModel with model_type 'roberta'"], tmp_path)
    edit_config(tmp_path, architectures=None)
    assert_error(["no architectures and model_type 'roberta'"], tmp_path)


def test_code_in_a_checkpoint_is_refused_unless_the_class_is_known(tmp_path):
    write_checkpoint(tmp_path)
    (tmp_path / "modeling.py").write_text("raise SystemExit('this ran')")
    auto_map = {"AutoModel": "modeling.MyModel"}
    edit_config(tmp_path, architectures=["MyModel"], auto_map=auto_map)
    assert_error(["MyModel is not supported", "code", "never run"], tmp_path)
    edit_config(tmp_path, architectures=["SqueezeBertModel"])
    assert load_checkpoint(str(tmp_path), "feature-extraction").architecture == "SqueezeBertModel"


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("BertModel", "text-classification"),
        ("SqueezeBertForSequenceClassification", "token-classification"),
        ("BertForTokenClassification", "multiple-choice"),
        ("BertForPreTraining", "question-answering"),
        ("SqueezeBertForTokenClassification", "intent-and-slots"),
        ("SqueezeBertForIntentAndSlots", "text-classification"),
    ],
)
def test_a_task_that_does_not_fit_the_architecture(tmp_path, name, task):
    write_checkpoint(tmp_path, name)
    assert_error([f"{name} has no head for {task}", "it fits feature-extraction"], tmp_path, task)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"position_embedding_type": "relative_key"}, ["'relative_key'", "'absolute'"]),
        ({"is_decoder": True}, ["is_decoder", "no decoder"]),
        ({"add_cross_attention": True}, ["add_cross_attention", "no decoder"]),
        ({"quantization_config": {"bits": 4}}, ["quantized already"]),
        ({"embedding_size": 16}, ["embedding_size 16", "hidden_size 32"]),
        ({"num_attention_heads": 5}, ["5 attention heads do not divide hidden_size 32"]),
        ({"q_groups": 3}, ["q_groups 3 does not divide hidden_size 32"]),
        ({"output_groups": 5}, ["output_groups 5 does not divide intermediate_size 64"]),
        ({"intermediate_groups": 64}, ["intermediate_groups 64 does not divide hidden_size 32"]),
        ({"v_groups": 0}, ["v_groups is 0", "at least 1"]),
        ({"hidden_size": "wide"}, ["a setting is not valid", "hidden_size"]),
        ({"num_hidden_layers": -1}, ["num_hidden_layers is -1"]),
        ({"hidden_act": "cube"}, ["unknown hidden_act 'cube'", "gelu"]),
        ({"layer_norm_eps": -1.0}, ["layer_norm_eps is -1.0"]),
        ({"pad_token_id": 1000}, ["pad_token_id is 1000"]),
    ],
    ids=str,
)
def test_settings_that_do_not_fit(tmp_path, settings, words):
    write_checkpoint(tmp_path)
    edit_config(tmp_path, **settings)
    assert_error(["config.json", *words], tmp_path)


def test_a_vocabulary_larger_than_the_embedding(tmp_path):
    write_checkpoint(tmp_path, vocab_size=len(VOCABULARY) - 1)
    assert_error([f"{len(VOCABULARY)} tokens", f"only {len(VOCABULARY) - 1} rows"], tmp_path)
    write_checkpoint(tmp_path / "padded", vocab_size=len(VOCABULARY) + 7)
    load_checkpoint(str(tmp_path / "padded"), "feature-extraction")


@pytest.mark.parametrize("names", [{}, {"1": "a", "2": "b"}, {"0": "a", "2": "b"}, ["a", "b"], 2])
def test_label_names_with_gaps(tmp_path, names):
    write_checkpoint(tmp_path, "BertForSequenceClassification")
    edit_config(tmp_path, id2label=names)
    assert_error(["id2label", "every id from 0"], tmp_path, "text-classification")


@pytest.mark.parametrize("names", [None, {}, {"0": "O", "2": "B-x"}, ["O", "B-x"]])
def test_slot_names_with_gaps_or_none(tmp_path, names):
    write_checkpoint(tmp_path, "SqueezeBertForIntentAndSlots")
    edit_config(tmp_path, slot_id2label=names)
    assert_error(["slot_id2label", "every id from 0"], tmp_path, "intent-and-slots")
