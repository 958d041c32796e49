"""Quantised graphs: what stays exact, and how far the rest may go."""

import numpy as np
import pytest
import torch
from fixtures_checkpoints import class_name, write_checkpoint
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from edgebert.exporter.calibration import (
    NO_OUTLIERS,
    CalibrationTable,
    Outliers,
    Range,
    activation_parameters,
    calibrate,
)
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.graph import DeploymentGraph
from edgebert.exporter.graph.linears import SplitLinear
from edgebert.exporter.quantization import plan_mode, quantize_graph, split_outliers
from edgebert.exporter.quantization.modules import DynamicLinear, Int8Embedding, StaticLinear

GROUPS = {
    "q_groups": 2,
    "k_groups": 2,
    "v_groups": 2,
    "intermediate_groups": 2,
    "output_groups": 2,
    "post_attention_groups": 1,
}
SMALL = {
    "hidden_size": 64,
    "embedding_size": 64,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
}


def inputs_of(graph, length=9, seed=0):
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(5, 30, (1, length), generator=generator).int()
    ones = torch.ones_like(ids)
    return (ids, ones, torch.zeros_like(ids))[: len(graph.input_names)]


def with_outlier(graph, channel=3, factor=40.0):
    """Give one output channel of the last feed-forward linear a far larger range."""
    linear = graph.sites()["layers.1.ffn.down.0"]
    linear.weight.data[channel] *= factor
    linear.bias.data[channel] *= factor
    return graph


def table_of(graph):
    return calibrate(
        graph,
        [inputs_of(graph, seed=seed) for seed in range(8)],
        observer="minmax",
        checkpoint_sha256="0" * 64,
        text_sha256="0" * 64,
    )


def run(graph, seed=0):
    with torch.inference_mode():
        return graph(*inputs_of(graph, seed=seed))[0]


@pytest.fixture
def graph(tmp_path):
    write_checkpoint(tmp_path, class_name("text-classification"), **SMALL, **GROUPS)
    return DeploymentGraph(load_checkpoint(str(tmp_path), "text-classification")).eval()


def test_outlier_split_is_exact_in_fp32(graph):
    graph = with_outlier(graph)
    plan = plan_mode(graph.sites(), "static", table_of(graph))
    assert plan.linears["layers.1.ffn.down.0"].outliers == Outliers(outputs=(3,))
    split = split_outliers(graph, plan)
    assert any(isinstance(module, SplitLinear) for module in split.modules())
    assert (run(split) - run(graph)).abs().max() < 1e-6


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
@given(
    inputs=st.sets(st.integers(0, 11), max_size=4),
    outputs=st.sets(st.integers(0, 7), max_size=4),
    seed=st.integers(0, 99),
)
def test_any_channels_can_be_split_off_exactly(inputs, outputs, seed):
    torch.manual_seed(seed)
    linear, x = nn.Linear(12, 8), torch.randn(5, 12)
    split = SplitLinear(linear, sorted(inputs), sorted(outputs))
    with torch.inference_mode():
        assert (split(x) - linear(x)).abs().max() < 1e-5
        # The main part sees nothing of them, nor gives anything of them.
        spoiled = x.clone()
        spoiled[:, sorted(inputs)] = 1e6
        assert torch.equal(split.main(spoiled), split.main(x))
        assert not split.main(x)[:, sorted(outputs)].any()


def test_split_narrows_the_range_and_keeps_the_site_names(graph):
    graph = with_outlier(graph)
    plan = plan_mode(graph.sites(), "static", table_of(graph))
    split = split_outliers(graph, plan)
    cut = {site for site, q in plan.linears.items() if q.outliers != NO_OUTLIERS}
    assert "layers.1.ffn.down.0" in cut
    assert set(split.sites()) - set(graph.sites()) == {
        f"{site}.{part}" for site in cut for part in ("side", "scatter")
    }
    assert set(graph.sites()) <= set(split.sites())
    main = split.sites()["layers.1.ffn.down.0"]
    assert main.weight[3].abs().max() == 0


def test_splitting_leaves_the_original_graph_alone(graph):
    graph = with_outlier(graph)
    before = run(graph)
    plan = plan_mode(graph.sites(), "static", table_of(graph))
    quantize_graph(split_outliers(graph, plan), plan)
    assert torch.equal(run(graph), before)
    assert not any(isinstance(module, StaticLinear) for module in graph.modules())


@pytest.mark.parametrize("mode", ["static", "dynamic"])
def test_quantised_graph_stays_near_fp32(graph, mode):
    """A wrong scale or zero point anywhere moves these random models' answers by far more."""
    table = table_of(graph)
    plan = plan_mode(graph.sites(), mode, table)
    quantized = quantize_graph(split_outliers(graph, plan), plan)
    expected = torch.cat([run(graph, seed) for seed in range(8)])
    got = torch.cat([run(quantized, seed) for seed in range(8)])
    deviation = float((got - expected).norm() / expected.norm())
    assert 0 < deviation < 0.1


def test_modes_decide_the_precision_of_every_site(graph):
    table = table_of(graph)
    for mode in ("static", "dynamic", "fp32"):
        plan = plan_mode(graph.sites(), mode, table)
        precisions = {site: decision.precision for site, decision in plan.linears.items()}
        assert precisions.pop("head.classifier") == "fp32"
        assert set(precisions.values()) == {mode}
        assert plan.int8_embedding == (mode != "fp32")


def test_masked_lm_decoder_is_dynamic_in_static_mode(tmp_path):
    write_checkpoint(tmp_path, class_name("fill-mask"), **SMALL)
    graph = DeploymentGraph(load_checkpoint(str(tmp_path), "fill-mask")).eval()
    plan = plan_mode(graph.sites(), "static", table_of(graph))
    quantized = quantize_graph(graph, plan)
    assert isinstance(quantized.head.decoder, DynamicLinear)
    assert isinstance(quantized.head.dense, StaticLinear)
    assert isinstance(quantized.embeddings.words, Int8Embedding)


def test_static_linear_is_what_integers_compute():
    """The layer equals integer arithmetic done by hand, to the last int8 step."""
    torch.manual_seed(0)
    linear = nn.Linear(48, 32)
    x = torch.randn(20, 48)
    with torch.no_grad():
        y = linear(x)
    into = activation_parameters(Range(float(x.min()), float(x.max())))
    out = activation_parameters(Range(float(y.min()), float(y.max())))
    layer = StaticLinear(linear, into, out)
    with torch.no_grad():
        got = layer(x).numpy() / out.scale + out.zero_point
    weights = layer.weight.values.numpy().astype(np.int64)
    scales = layer.weight.scales.numpy().astype(float)
    xq = np.clip(np.rint(x.numpy() / into.scale) + into.zero_point, -128, 127).astype(np.int64)
    bias = np.rint(linear.bias.detach().numpy() / (into.scale * scales)).astype(np.int64)
    product = (xq - into.zero_point) @ weights.T + bias
    expected = np.rint(product * (into.scale * scales / out.scale)) + out.zero_point
    assert np.array_equal(np.rint(got), np.clip(expected, -128, 127))


def test_plan_uses_the_tables_ranges(graph):
    table = table_of(graph)
    plan = plan_mode(graph.sites(), "static", table)
    for site, decision in plan.static_sites().items():
        assert decision.input == activation_parameters(table.sites[site].input)
        assert decision.output == activation_parameters(table.sites[site].output)


def test_same_inputs_same_table_bytes(graph):
    from edgebert.exporter.calibration import encode_table

    first, second = (encode_table(table_of(graph)) for _ in range(2))
    assert first == second
    assert isinstance(table_of(graph), CalibrationTable)
