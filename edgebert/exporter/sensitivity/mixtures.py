"""Runs one deployment graph in many mixtures of fp32 and quantised sites."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from edgebert.exporter.graph.deployment import DeploymentGraph, masks
from edgebert.exporter.quantization.plan import EMBEDDING_SITE, QuantizationPlan
from edgebert.exporter.quantization.quantize import (
    quantize_graph,
    replace_linears,
    split_outliers,
)
from edgebert.exporter.sensitivity.parts import layer_of

Mixture = frozenset[str]
"""The sites that are quantised; the others are fp32."""

NOTHING: Mixture = frozenset()


class MixedGraph:
    """A deployment graph with a switch at every site that a plan quantises.

    Switched to a mixture it computes what the graph of a plan computes that leaves the other sites
    in fp32, without being built and quantised again.

    Attributes:
        sites: what can be quantised, in execution order, the word embedding first.
        layers: how many encoder layers there are.
        output_names: the graph's outputs.
        frame: those whose choices make one answer, see `Head`.
        least_logit: the graph's.
    """

    def __init__(self, graph: DeploymentGraph, plan: QuantizationPlan) -> None:
        """Copy a graph; the copy shares the fp32 weights.

        Args:
            graph: fp32, its outliers not split.
            plan: decides how each site is quantised.
        """
        quantized = quantize_graph(split_outliers(graph, plan), plan).eval()
        self._graph = replace_linears(graph, lambda _, linear: linear).eval()
        names = plan.quantized_sites()
        paths = {site: path for site, path in graph.site_paths().items() if site in names}
        if plan.int8_embedding:
            paths = {EMBEDDING_SITE: EMBEDDING_SITE} | paths  # the site is named as its module
        self._paths = paths
        self._fp32 = {site: graph.get_submodule(path) for site, path in paths.items()}
        self._quantized = {site: quantized.get_submodule(path) for site, path in paths.items()}
        self._mixture = NOTHING
        self.sites = tuple(paths)
        self.layers = len(self._graph.layers)
        self.output_names = graph.output_names
        self.frame = graph.head.frame
        self.least_logit = graph.least_logit

    @property
    def everything(self) -> Mixture:
        """The mixture with all sites quantised: the plan itself."""
        return frozenset(self.sites)

    def stage_of(self, site: str) -> int:
        """Return the stage a site is in: 0 the embeddings, then the layers, last the head."""
        layer, _, number = layer_of(site).partition(".")
        if layer == "layers":
            return 1 + int(number)
        return 0 if layer == "embeddings" else 1 + self.layers

    def run(
        self, mixture: Mixture, inputs: tuple[Tensor, ...], before: Sequence[Tensor] = ()
    ) -> tuple[tuple[Tensor, ...], list[Tensor]]:
        """Run one text, or what is left of it after its first stages.

        Args:
            mixture: the sites to quantise.
            inputs: the graph's inputs, each int32 [1, tokens].
            before: what the first stages gave, each float32 [tokens, channels]; they do not run.

        Returns:
            The outputs, and what every stage but the head gave, those before too.
        """
        self._switch(mixture)
        graph = self._graph
        with torch.inference_mode():
            # What DeploymentGraph.forward does, but for where it begins.
            ids, attention_mask, *types = inputs
            valid, mask = masks(attention_mask)
            states = list(before) or [graph.embeddings(ids, types[0] if types else None)]
            for layer in list(graph.layers)[len(states) - 1 :]:
                states.append(layer(states[-1], mask))
            return graph.head(states[-1], valid), states

    def _switch(self, mixture: Mixture) -> None:
        for site in mixture ^ self._mixture:
            module = self._quantized[site] if site in mixture else self._fp32[site]
            parent, _, name = self._paths[site].rpartition(".")
            owner: nn.Module = self._graph.get_submodule(parent)
            owner._modules[name] = module
        self._mixture = mixture


@dataclass(frozen=True)
class _Run:
    """A run whose intermediate states others can start from: `states[n]` is what stage n gave."""

    mixture: Mixture
    states: list[Tensor]


class TextRuns:
    """Runs one text in one mixture after another.

    A mixture begins at the first stage where it differs from the fp32 run or from the run with
    everything quantised, if they came before: the stages in front of it would give the same again.
    """

    def __init__(self, mixed: MixedGraph, inputs: tuple[Tensor, ...]) -> None:
        """Take a text as the graph's inputs, each int32 [1, tokens]."""
        self._mixed = mixed
        self._inputs = inputs
        self._kept: list[_Run] = []

    def outputs(self, mixture: Mixture) -> tuple[Tensor, ...]:
        """Return the graph's outputs."""
        before: list[Tensor] = []  # what the stages gave that need not run
        for run in self._kept:
            same = self._first_difference(mixture ^ run.mixture)
            if same > len(before):
                before = run.states[:same]
        outputs, states = self._mixed.run(mixture, self._inputs, before)
        if mixture in (NOTHING, self._mixed.everything):
            self._kept.append(_Run(mixture, states))
        return outputs

    def _first_difference(self, sites: Set[str]) -> int:
        """Return the first stage with one of these sites; the head's where there are none."""
        return min((self._mixed.stage_of(site) for site in sites), default=1 + self._mixed.layers)
