"""Static int8 in PyTorch: everything quantised as a recipe says, against fp32."""

from __future__ import annotations

from edgebert.exporter.gate import read_labelled
from edgebert.exporter.preparation import prepare
from edgebert.exporter.quantization.plan import plan_mode
from edgebert.exporter.recipe import Recipe
from edgebert.exporter.sensitivity.measure import MeasuredMixtures, measure_mixtures
from edgebert.exporter.sensitivity.mixtures import MixedGraph
from edgebert.exporter.sensitivity.report import Damage
from edgebert.progress import silent


def quantise_everything(recipe: Recipe) -> tuple[MeasuredMixtures, Damage]:
    """Calibrate, quantise everything, and compare with fp32.

    Args:
        recipe: names the labelled rows to measure on, if any; else it is the texts that were not
            calibrated on.

    Returns:
        What was measured on, and the damage.

    """
    prepared = prepare(recipe, silent)
    graph = prepared.graph
    mixed = MixedGraph(graph, plan_mode(graph.sites(), "static", prepared.table))
    rows = read_labelled(recipe, prepared) or prepared.encodings
    found = measure_mixtures(mixed, prepared.inputs, rows, [mixed.everything])
    return found, found.damages[mixed.everything]
