"""Folders of sentence-transformers: pooling, normalisation, length, unsupported parts."""

import shutil

import pytest
from fixtures_checkpoints import (
    write_checkpoint,
    write_json,
    write_sentence_transformers,
    write_vocabulary,
)

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint import load_checkpoint


def load(source, **options):
    return load_checkpoint(str(source), "feature-extraction", **options)


def assert_error(source, *words, **options):
    with pytest.raises(EdgebertError) as caught:
        load(source, **options)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("settings", "pooling"),
    [
        ({"pooling_mode": "mean", "embedding_dimension": 32}, "mean"),
        ({"pooling_mode": ["cls"]}, "cls"),
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, "mean"),
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
    ],
    ids=str,
)
@pytest.mark.parametrize("normalize", [False, True])
def test_sentence_transformers_modules(tmp_path, settings, pooling, normalize):
    write_checkpoint(tmp_path, "BertModel")
    write_sentence_transformers(tmp_path, pooling=settings, normalize=normalize)
    checkpoint = load(tmp_path)
    assert (checkpoint.pooling, checkpoint.normalize) == (pooling, normalize)
    assert checkpoint.max_length == 24


def test_modules_of_version_6_are_known_by_their_last_name(tmp_path):
    write_checkpoint(tmp_path)
    write_sentence_transformers(tmp_path)
    modules = [
        "base.modules.transformer.Transformer",
        "sentence_transformer.modules.pooling.Pooling",
    ]
    write_json(
        tmp_path / "modules.json",
        [
            {"idx": index, "path": path, "type": f"sentence_transformers.{name}"}
            for index, (name, path) in enumerate(zip(modules, ["", "1_Pooling"], strict=True))
        ],
    )
    assert (load(tmp_path).pooling, load(tmp_path).normalize) == ("mean", False)


def test_the_callers_pooling_replaces_the_folders(tmp_path):
    write_checkpoint(tmp_path)
    write_sentence_transformers(tmp_path, pooling={"pooling_mode": "max"})
    checkpoint = load(tmp_path, pooling="cls")
    assert (checkpoint.pooling, checkpoint.normalize) == ("cls", True)
    checkpoint = load(tmp_path, pooling="none")
    assert (checkpoint.pooling, checkpoint.normalize) == ("none", False)


def test_pooling_concerns_feature_extraction_only(tmp_path):
    write_checkpoint(tmp_path, "BertForMaskedLM")
    write_sentence_transformers(tmp_path, pooling={"pooling_mode": "max"}, extra=("Dense",))
    checkpoint = load_checkpoint(str(tmp_path), "fill-mask")
    assert (checkpoint.pooling, checkpoint.normalize) == ("none", False)


def test_a_transformer_in_a_folder_of_its_own(tmp_path):
    folder = tmp_path / "my-embedder"
    write_checkpoint(folder / "0_Transformer")
    write_sentence_transformers(folder)
    modules = [
        {"idx": 0, "path": "0_Transformer", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    write_json(folder / "modules.json", modules)
    shutil.move(folder / "sentence_bert_config.json", folder / "0_Transformer")
    checkpoint = load(folder)
    assert (checkpoint.pooling, checkpoint.max_length) == ("mean", 24)
    assert checkpoint.source == "my-embedder"


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"pooling_mode": "weightedmean"}, "weightedmean"),
        ({"pooling_mode": ["mean", "max"]}, "mean and max"),
        ({"pooling_mode_max_tokens": True}, "max_tokens"),
        ({"pooling_mode_max_tokens": False}, "not set"),
    ],
    ids=str,
)
def test_other_pooling(tmp_path, settings, found):
    write_checkpoint(tmp_path)
    write_sentence_transformers(tmp_path, pooling=settings)
    assert_error(tmp_path, "1_Pooling", f"pooling is {found}", "expected mean or cls")


@pytest.mark.parametrize("kind", ["Dense", "LayerNorm", "LSTM"])
def test_other_modules_are_named(tmp_path, kind):
    write_checkpoint(tmp_path)
    write_sentence_transformers(tmp_path, extra=(kind,))
    assert_error(tmp_path, f"{kind} module is not supported", "Transformer, Pooling and Normalize")


def test_a_dropout_module_does_nothing(tmp_path):
    write_checkpoint(tmp_path)
    write_sentence_transformers(tmp_path, extra=("Dropout",))
    assert load(tmp_path).normalize


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        ({}, ["expected a list"]),
        ([], ["begins with no module"]),
        ([{"type": "x.WordEmbeddings", "path": ""}], ["begins with WordEmbeddings"]),
        ([{"type": "x.Transformer", "path": "../other"}], ["'../other'", "a folder inside"]),
        ([{"type": "x.Transformer", "path": "/etc"}], ["'/etc'", "a folder inside"]),
        (
            [{"type": "x.Transformer", "path": ""}, {"type": "x.Normalize", "path": "1"}],
            ["without pooling"],
        ),
    ],
    ids=str,
)
def test_malformed_modules(tmp_path, modules, words):
    write_checkpoint(tmp_path)
    write_json(tmp_path / "modules.json", modules)
    assert_error(tmp_path, "modules.json", *words)


def test_text_that_sentence_transformers_would_change(tmp_path):
    write_checkpoint(tmp_path)
    write_sentence_transformers(tmp_path)
    prompts = {"prompts": {"query": "query: "}, "default_prompt_name": "query"}
    write_json(tmp_path / "config_sentence_transformers.json", prompts)
    assert_error(tmp_path, "the prompt 'query: '", "default_prompt_name")
    prompts["default_prompt_name"] = None
    write_json(tmp_path / "config_sentence_transformers.json", prompts)
    write_json(tmp_path / "sentence_bert_config.json", {"do_lower_case": True})
    load(tmp_path)  # the tokenizer lowercases already
    write_vocabulary(tmp_path, do_lower_case=False)
    assert_error(tmp_path, "do_lower_case is on but the tokenizer is cased")


@pytest.mark.parametrize("length", [0, "256", 2.5])
def test_a_length_that_is_no_number_of_tokens(tmp_path, length):
    write_checkpoint(tmp_path)
    write_sentence_transformers(tmp_path, max_seq_length=length)
    assert_error(tmp_path, "sentence_bert_config.json", f"max_seq_length is {length!r}")
