"""The linear layers of the deployment graph: grouped convolutions as one Linear a group."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def make_linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    """Build a Linear that owns a copy of the given weights.

    Args:
        weight: float32 [out, in].
        bias: float32 [out], or None.
    """
    linear = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    linear.weight.data = weight.detach().to(torch.float32).clone()
    if bias is not None:
        linear.bias.data = bias.detach().to(torch.float32).clone()
    return linear.requires_grad_(False)


def group_weights(convolution: nn.Conv1d) -> list[tuple[Tensor, Tensor]]:
    """Split a kernel-1 convolution into its groups' weights [out/g, in/g] and biases [out/g]."""
    assert convolution.bias is not None
    weights = convolution.weight.detach()[:, :, 0].chunk(convolution.groups)
    biases = convolution.bias.detach().chunk(convolution.groups)
    return list(zip(weights, biases, strict=True))


def slices(x: Tensor, count: int, dim: int = -1) -> list[Tensor]:
    """Cut a tensor into equal parts along an axis.

    By slices and not by torch.chunk: XNNPACK takes the one and leaves the other to slower kernels.
    """
    size = x.shape[dim] // count
    return [x.narrow(dim, number * size, size) for number in range(count)]


class GroupedLinear(nn.Module):
    """A grouped kernel-1 convolution in [tokens, channels] layout: one Linear a group.

    Group g reads the g-th slice of the input channels and writes the g-th slice of the output
    channels, exactly as ``nn.Conv1d(..., kernel_size=1, groups=G)`` does on [N, C, W].
    """

    def __init__(self, groups: list[tuple[Tensor, Tensor]]) -> None:
        super().__init__()
        self.groups = nn.ModuleList(make_linear(weight, bias) for weight, bias in groups)

    def forward(self, x: Tensor) -> Tensor:
        """Map float32 [tokens, in] to float32 [tokens, out]."""
        if len(self.groups) == 1:
            return self.groups[0](x)  # type: ignore[no-any-return]
        parts = slices(x, len(self.groups))
        outputs = [linear(part) for linear, part in zip(self.groups, parts, strict=True)]
        return torch.cat(outputs, dim=-1)


class SplitLinear(nn.Module):
    """A Linear whose outlier channels are computed beside the rest.

    ``main`` keeps all of the weight but the columns of the outlier inputs and the rows of the
    outlier outputs, which are zero: the ranges of its input and output, and with them the int8
    steps, are those of the ordinary channels. (Its int8 input may saturate at the outliers: they
    meet zeros.) ``side`` picks the outlier inputs and computes the outlier outputs, and ``scatter``
    adds both where they belong. In fp32 the sum equals the Linear it was made from.
    """

    def __init__(self, linear: nn.Linear, inputs: Sequence[int], outputs: Sequence[int]) -> None:
        super().__init__()
        taken, apart = list(inputs), list(outputs)
        weight, bias = linear.weight.detach().clone(), linear.bias.detach().clone()
        picks = _one_hot(taken, linear.in_features)
        self.side = make_linear(
            torch.cat([weight[apart], picks]), torch.cat([bias[apart], torch.zeros(len(taken))])
        )
        weight[apart] = 0.0
        bias[apart] = 0.0
        places = _one_hot(apart, linear.out_features).T
        self.scatter = make_linear(torch.cat([places, weight[:, taken]], dim=1), None)
        weight[:, taken] = 0.0
        self.main: nn.Module = make_linear(weight, bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map float32 [tokens, in] to float32 [tokens, out]."""
        return self.main(x) + self.scatter(self.side(x))  # type: ignore[no-any-return]


def _one_hot(channels: list[int], count: int) -> Tensor:
    """Return a row a channel, float32 [channels, count], with a one at its place."""
    rows = torch.zeros(len(channels), count)
    rows[torch.arange(len(channels)), channels] = 1.0
    return rows
