"""Grouped convolutions of width 1 as one batched matrix product, which trains faster."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class BatchedConv1d(nn.Conv1d):
    """A Conv1d of kernel size 1 that computes all groups in one batched matrix product.

    Group g of the output channels is W_g times group g of the input channels, so G groups are G
    independent products of equal shape. PyTorch's convolution runs them one by one on a CPU, which
    takes several times longer, forward and backward. Parameters keep the names and shapes of
    Conv1d, so the state dict is the same.
    """

    def __init__(self, source: nn.Conv1d) -> None:
        """Take over the parameters of a convolution of kernel size 1."""
        super().__init__(
            source.in_channels,
            source.out_channels,
            kernel_size=1,
            groups=source.groups,
            bias=source.bias is not None,
            device="meta",
        )
        self.weight = source.weight
        self.bias = source.bias

    def forward(self, input: Tensor) -> Tensor:
        """Map float [texts, in, tokens] to float [texts, out, tokens]."""
        texts, channels, tokens = input.shape
        rows = input.transpose(1, 2).reshape(texts * tokens, channels)
        if self.groups == 1:
            out = nn.functional.linear(rows, self.weight.squeeze(-1), self.bias)
        else:
            grouped = rows.view(texts * tokens, self.groups, -1).transpose(0, 1)
            weight = self.weight.view(self.groups, self.out_channels // self.groups, -1)
            products = torch.bmm(grouped, weight.transpose(1, 2))
            out = products.transpose(0, 1).reshape(texts * tokens, self.out_channels)
            if self.bias is not None:
                out = out + self.bias
        return out.view(texts, tokens, self.out_channels).transpose(1, 2)


def batch_convolutions(model: nn.Module) -> None:
    """Replace, in place, every convolution of kernel size 1 of a model by a `BatchedConv1d`."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is nn.Conv1d and _is_pointwise(child):
                setattr(parent, name, BatchedConv1d(child))


def _is_pointwise(convolution: nn.Conv1d) -> bool:
    return (
        convolution.kernel_size == (1,)
        and convolution.stride == (1,)
        and convolution.padding in ((0,), "valid", "same")
    )
