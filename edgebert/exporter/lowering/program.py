"""What every lowering starts from."""

from collections.abc import Callable, Set
from dataclasses import dataclass

import torch
from torch import Tensor

from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.half_precision import MeasuredHalf
from edgebert.exporter.quantization.plan import QuantizationPlan
from edgebert.exporter.quantization.quantize import quantize_graph, split_outliers

# Told what is being done now, in a few words.
Report = Callable[[str], None]


@dataclass(frozen=True)
class Program:
    """One model in one precision mode, ready to be lowered to any backend.

    Attributes:
        plan: the precision and scales of every site.
        graph: fp32, its outlier channels split off as the plan has it.
        quantized: the same graph in the plan's precisions: the reference for int8 artifacts.
        buckets: sequence lengths in tokens, ascending.
        half: what fp16 between the int8 linears changes; None where no processor may do that.
    """

    plan: QuantizationPlan
    graph: DeploymentGraph
    quantized: DeploymentGraph
    buckets: tuple[int, ...]
    half: MeasuredHalf | None = None

    def sample_inputs(self, bucket: int) -> dict[str, Tensor]:
        """Return inputs of a bucket's shape by name, each int32 [1, bucket], all ones."""
        ones = torch.ones(1, bucket, dtype=torch.int32)
        return {name: ones.clone() for name in self.graph.input_names}


class SitesByWeight:
    """Finds the sites of converted linears, which keep their weights but not their names.

    Of linears with equal weights, the first in the graph is the first to run.
    """

    def __init__(self, graph: DeploymentGraph) -> None:
        """Take the linears of a graph, each once."""
        self._left: dict[bytes, list[str]] = {}
        for site, linear in graph.sites().items():
            self._left.setdefault(linear.weight.detach().numpy().tobytes(), []).append(site)

    def take(self, weight: bytes) -> str | None:
        """Return the next site with this weight, float32 [out, in] as bytes; None if none is left.

        What has none is a product of activations, or constant for another reason.
        """
        sites = self._left.get(weight)
        return sites.pop(0) if sites else None

    def require_taken(self, sites: Set[str], backend: str) -> None:
        """Require that these sites have been found.

        Raises:
            RuntimeError: the converter changed weights, so that a linear would stay unquantised.
        """
        lost = sorted(site for names in self._left.values() for site in names if site in sites)
        if lost:
            raise RuntimeError(f"{backend}: the converter changed the weights of {lost}")


def build_program(
    graph: DeploymentGraph, plan: QuantizationPlan, buckets: tuple[int, ...]
) -> Program:
    """Split and quantise a deployment graph as its plan says."""
    split = split_outliers(graph, plan).eval()
    return Program(plan, split, quantize_graph(split, plan).eval(), buckets)
