"""Finds the cheapest sites to leave in fp32, so that the others lose no more than is allowed.

A greedy answer to a knapsack problem: sites are ranked by the damage that they do alone for what
they cost in fp32, the shortest beginning of that ranking that is good enough is found by halving,
and what turns out not to be needed is taken back. Damage of single sites, as squared deviation,
nearly adds up (see `PartDamage.share`), which is what makes the ranking a good one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import torch
from torch import Tensor, nn

from edgebert.bundle.manifest import Mode
from edgebert.errors import CheckFailedError
from edgebert.evaluation.measure import main_metric
from edgebert.exporter.gate import allowed_drop
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.preparation import Prepared
from edgebert.exporter.quantization.plan import EMBEDDING_SITE, plan_mode
from edgebert.exporter.recipe import Recipe
from edgebert.exporter.sensitivity import LabelledRows, measure_sensitivity
from edgebert.exporter.sensitivity.measure import measure_mixtures
from edgebert.exporter.sensitivity.mixtures import MixedGraph
from edgebert.progress import Progress
from edgebert.text import Encoding

# Sites are ranked on so many texts; more hardly change the order.
RANKING_TEXTS = 32

# Of the sites that were chosen, the costliest so many are tried without.
TAKEN_BACK = 12


@dataclass(frozen=True)
class SiteCost:
    """What a site costs more in fp32 than in int8.

    Attributes:
        multiply_adds: of one inference, which fp32 kernels are slower at.
        bytes: three more for every weight.
    """

    multiply_adds: int
    bytes: int


def choose_fp32_sites(
    recipe: Recipe, prepared: Prepared, rows: LabelledRows | None, progress: Progress
) -> Recipe:
    """Choose the sites to leave in fp32, for every mode of a recipe that quantises.

    What the gate will ask of the artifacts is asked of the graph in PyTorch: the main figure on
    labelled rows, or without them the agreement with fp32 on the verification texts.

    Args:
        recipe: says how much may be lost; sites that it leaves in fp32 stay so.
        prepared: its checkpoint, texts and table.
        rows: its labelled rows, if it names any.
        progress: told how far it is.

    Returns:
        The recipe with the sites that were found in place of `auto`. It has none besides its own
        where everything can be quantised.

    Raises:
        CheckFailedError: not even fp32 defines the figure.
    """
    chosen = list(recipe.fp32_sites)
    for mode in recipe.modes:
        if mode != "fp32":
            chosen += _Search(recipe, prepared, rows, mode, chosen, progress).run()
    return msgspec.structs.replace(recipe, fp32_sites=tuple(chosen), auto=False)


def site_costs(graph: DeploymentGraph, inputs: Sequence[Tensor]) -> dict[str, SiteCost]:
    """Return the cost of every site and of the embedding, on inputs int32 [1, tokens]."""
    words = graph.embeddings.words.weight
    assert isinstance(words, Tensor)
    costs = {EMBEDDING_SITE: SiteCost(0, 3 * words.numel())}
    handles = []
    for site, linear in graph.sites().items():

        def count(module: nn.Linear, args: tuple[Any, ...], name: str = site) -> None:
            weights = module.weight.numel()
            costs[name] = SiteCost(args[0].shape[0] * weights, 3 * weights)

        handles.append(linear.register_forward_pre_hook(count))
    try:
        with torch.inference_mode():
            graph(*inputs)
    finally:
        for handle in handles:
            handle.remove()
    return costs


class _Search:
    """The search for one mode."""

    def __init__(
        self,
        recipe: Recipe,
        prepared: Prepared,
        rows: LabelledRows | None,
        mode: Mode,
        kept: Sequence[str],
        progress: Progress,
    ) -> None:
        graph = prepared.graph
        self._prepared = prepared
        self._plan = plan_mode(graph.sites(), mode, prepared.table, kept)
        self._mixed = MixedGraph(graph, self._plan)
        self._texts: LabelledRows | Sequence[Encoding] = rows or prepared.encodings
        self._labelled = rows is not None
        self._allowed = allowed_drop(recipe)
        self._progress = progress

    def run(self) -> list[str]:
        """Return the sites, in execution order."""
        if self._is_good_enough(()):
            return []
        ranked, cost = self._rank()
        failing, passing = 0, len(ranked)
        while passing - failing > 1:
            middle = (failing + passing) // 2
            if self._is_good_enough(ranked[:middle]):
                passing = middle
            else:
                failing = middle
        chosen = set(ranked[:passing])
        for site in sorted(ranked[:passing], key=lambda site: -cost[site])[:TAKEN_BACK]:
            if self._is_good_enough(chosen - {site}):
                chosen.remove(site)
        return [site for site in self._mixed.sites if site in chosen]

    def _rank(self) -> tuple[list[str], Mapping[str, float]]:
        """Return the sites, most damage for their cost first, and the costs."""
        prepared = self._prepared
        texts = prepared.encodings[:RANKING_TEXTS]
        found = measure_sensitivity(
            prepared.graph, self._plan, prepared.inputs, texts, progress=self._report("ranking")
        )
        longest = prepared.inputs.tensors(prepared.encodings[0], max(prepared.buckets))
        costs = site_costs(prepared.graph, longest)
        all_macs = sum(cost.multiply_adds for cost in costs.values())
        all_bytes = sum(cost.bytes for cost in costs.values())
        # Shares of two different things: time and size weigh the same.
        share = {
            site: cost.multiply_adds / all_macs + cost.bytes / all_bytes
            for site, cost in costs.items()
        }
        gain = {part.name: part.share / share[part.name] for part in found.sites}
        return sorted(gain, key=lambda site: -gain[site]), share

    def _is_good_enough(self, fp32_sites: Sequence[str] | set[str]) -> bool:
        """Tell whether the graph with these sites in fp32 too loses no more than is allowed."""
        mixture = self._mixed.everything - set(fp32_sites)
        found = measure_mixtures(
            self._mixed,
            self._prepared.inputs,
            self._texts,
            [mixture],
            progress=self._report(f"with {len(fp32_sites)} of them in fp32"),
        )
        damage = found.damages[mixture]
        if not self._labelled:
            return 100 * (1 - damage.agreement) <= self._allowed
        metric = main_metric(found.fp32_metrics)
        if found.fp32_metrics[metric] is None:
            raise CheckFailedError(
                f"auto: the labelled rows do not define {metric} even in fp32; give more of them, "
                "and different ones"
            )
        drop = damage.drops[metric]
        return drop is not None and 100 * drop <= self._allowed

    def _report(self, what: str) -> Progress:
        sites = len(self._mixed.sites)

        def report(_: str, done: int, total: int) -> None:
            self._progress(f"searching {self._plan.mode}: {sites} sites, {what}", done, total)

        return report
