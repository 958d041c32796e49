"""What a linear reads on the calibration texts, and GPTQ's rounding of its weights by that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from edgebert.exporter.calibration import quantize_weight
from edgebert.exporter.graph.deployment import DeploymentGraph

# Added to the diagonal of GPTQ's matrix, as a share of its mean; as in the paper.
DAMPING = 0.01


@dataclass
class InputSums:
    """Sums over the inputs x of a linear.

    Attributes:
        products: of x xᵀ, float64 [in, in].
        sum: of x, float64 [in].
        count: how many there were.
    """

    products: Tensor
    sum: Tensor
    count: int = 0

    def add(self, x: Tensor) -> None:
        """Add inputs, float32 [..., in]."""
        rows = x.reshape(-1, x.shape[-1]).double()
        self.products += rows.T @ rows
        self.sum += rows.sum(0)
        self.count += len(rows)


def sum_inputs(
    graph: DeploymentGraph, sites: Iterable[str], texts: Sequence[tuple[Tensor, ...]]
) -> dict[str, InputSums]:
    """Run texts and sum up what every site reads."""
    found: dict[str, InputSums] = {}
    hooks = []
    for site in sites:
        linear = graph.get_submodule(graph.site_paths()[site])
        assert isinstance(linear, nn.Linear)
        size = linear.in_features
        sums = InputSums(
            torch.zeros(size, size, dtype=torch.float64), torch.zeros(size, dtype=torch.float64)
        )
        found[site] = sums
        hooks.append(
            linear.register_forward_pre_hook(lambda _, inputs, sums=sums: sums.add(inputs[0]))
        )
    with torch.inference_mode():
        for text in texts:
            graph(*text)
    for hook in hooks:
        hook.remove()
    return found


def round_weights(weight: Tensor, products: Tensor) -> Tensor:
    """Round a weight matrix column by column, each making up for the errors before it.

    Frantar et al. 2023, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
    Transformers", without its blocks.

    Args:
        weight: float32 [out, in].
        products: x xᵀ summed over the inputs, float64 [in, in].

    Returns:
        int8 [out, in], at the scales of rounding to the nearest.
    """
    _, scales = quantize_weight(weight)
    remaining = weight.double().clone()
    damped = products + DAMPING * products.diagonal().mean() * torch.eye(len(products))
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(damped))
    upper = torch.linalg.cholesky(inverse, upper=True)
    rounded = torch.empty_like(weight, dtype=torch.int8)
    for column in range(weight.shape[1]):
        steps = torch.round(remaining[:, column] / scales).clamp(-127, 127)
        rounded[:, column] = steps.to(torch.int8)
        error = (remaining[:, column] - steps * scales) / upper[column, column]
        remaining[:, column:] -= error[:, None] * upper[column, column:]
    return rounded
