"""Applies a quantization plan to the deployment graph."""

import copy
from collections.abc import Callable

from torch import nn

from edgebert.exporter.calibration import NO_OUTLIERS
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.graph.linears import SplitLinear
from edgebert.exporter.quantization.modules import DynamicLinear, Int8Embedding, StaticLinear
from edgebert.exporter.quantization.plan import QuantizationPlan


def split_outliers(graph: DeploymentGraph, plan: QuantizationPlan) -> DeploymentGraph:
    """Return a copy of the graph with the plan's outlier channels computed beside the rest.

    The copy gives the same results as the graph, in fp32. It shares the weights that stay.
    """

    def split(site: str, linear: nn.Linear) -> nn.Module:
        decision = plan.linears.get(site)
        if decision is None or decision.outliers == NO_OUTLIERS:
            return linear
        return SplitLinear(linear, decision.outliers.inputs, decision.outliers.outputs)

    return replace_linears(graph, split)


def quantize_graph(graph: DeploymentGraph, plan: QuantizationPlan) -> DeploymentGraph:
    """Return a copy of a graph (its outliers split) in the plan's precisions.

    Linears that the plan does not name (those that a split added) stay fp32.
    """

    def quantize(site: str, linear: nn.Linear) -> nn.Module:
        decision = plan.linears.get(site)
        if decision is None or decision.precision == "fp32":
            return linear
        if decision.precision == "dynamic":
            return DynamicLinear(linear)
        assert decision.input is not None
        assert decision.output is not None
        return StaticLinear(linear, decision.input, decision.output)

    quantized = replace_linears(graph, quantize)
    if plan.int8_embedding:
        words = quantized.embeddings.words
        assert isinstance(words, nn.Embedding)
        quantized.embeddings.words = Int8Embedding(words)
    return quantized


def replace_linears(
    graph: DeploymentGraph, replace: Callable[[str, nn.Linear], nn.Module]
) -> DeploymentGraph:
    """Return a copy of a graph, sharing its weights, with other modules for its linears.

    Args:
        graph: the graph, which stays as it is.
        replace: given a site and its linear, returns what takes its place.
    """
    weights = {id(value): value for value in (*graph.parameters(), *graph.buffers())}
    copied = copy.deepcopy(graph, memo=dict(weights))
    for site, path in copied.site_paths().items():
        parent_path, _, name = path.rpartition(".")
        linear = copied.get_submodule(path)
        assert isinstance(linear, nn.Linear)
        copied.get_submodule(parent_path)._modules[name] = replace(site, linear)
    return copied
