"""Plans that leave some sites in fp32."""

import pytest
import torch
from fixtures_checkpoints import class_name, write_checkpoint
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import NO_OUTLIERS, calibrate
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.graph import DeploymentGraph
from edgebert.exporter.quantization import plan_mode, quantize_graph, split_outliers
from edgebert.exporter.quantization.modules import StaticLinear
from edgebert.exporter.quantization.plan import EMBEDDING_SITE

OUTLIER_SITE = "layers.1.ffn.down.0"


def inputs_of(graph):
    ids = torch.arange(5, 14).int()[None]
    return (ids, torch.ones_like(ids), torch.zeros_like(ids))[: len(graph.input_names)]


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """A graph with an outlier channel, which its calibration table splits off."""
    folder = tmp_path_factory.mktemp("checkpoint")
    write_checkpoint(folder, class_name("text-classification", "Bert"))
    graph = DeploymentGraph(load_checkpoint(str(folder), "text-classification")).eval()
    linear = graph.sites()[OUTLIER_SITE]
    linear.weight.data[3] *= 40
    linear.bias.data[3] *= 40
    return graph


@pytest.fixture(scope="module")
def table(graph):
    return calibrate(
        graph,
        [inputs_of(graph)],
        observer="minmax",
        checkpoint_sha256="0" * 64,
        text_sha256="0" * 64,
    )


@given(data=st.data())
@pytest.mark.parametrize("mode", ["static", "dynamic"])
def test_fp32_sites_stay_and_the_others_are_as_without_them(graph, table, mode, data):
    sites = [EMBEDDING_SITE, *graph.sites()]
    fp32 = data.draw(st.sets(st.sampled_from(sites)))
    whole = plan_mode(graph.sites(), mode, table)
    mixed = plan_mode(graph.sites(), mode, table, fp32_sites=fp32)
    assert mixed.mode == mode
    assert list(mixed.linears) == list(whole.linears)
    assert mixed.int8_embedding == (EMBEDDING_SITE not in fp32)
    assert mixed.quantized_sites() == whole.quantized_sites() - fp32
    for site, decision in mixed.linears.items():
        if site not in fp32:
            assert decision == whole.linears[site]
        else:
            assert (decision.precision, decision.outliers) == ("fp32", NO_OUTLIERS)


def test_a_graph_of_a_mixed_plan_has_the_plain_linear(graph, table):
    def module_at(fp32_sites, path):
        plan = plan_mode(graph.sites(), "static", table, fp32_sites=fp32_sites)
        return quantize_graph(split_outliers(graph, plan), plan).get_submodule(path)

    path = graph.site_paths()[OUTLIER_SITE]
    assert isinstance(module_at((), path).main, StaticLinear)
    left = module_at({OUTLIER_SITE}, path)
    assert isinstance(left, nn.Linear)
    assert torch.equal(left.weight, graph.sites()[OUTLIER_SITE].weight)
    assert isinstance(module_at({EMBEDDING_SITE}, "embeddings.words"), nn.Embedding)


def test_with_every_site_in_fp32_the_graph_is_fp32(graph, table):
    plan = plan_mode(graph.sites(), "static", table, fp32_sites=[EMBEDDING_SITE, *graph.sites()])
    mixed = quantize_graph(split_outliers(graph, plan), plan)
    with torch.inference_mode():
        assert torch.equal(mixed(*inputs_of(graph))[0], graph(*inputs_of(graph))[0])


def test_an_unknown_site_is_an_error(graph, table):
    with pytest.raises(EdgebertError, match=r"fp32 site 'layers\.9\.ffn\.up\.0': the graph has no"):
        plan_mode(graph.sites(), "static", table, fp32_sites=["layers.9.ffn.up.0"])
