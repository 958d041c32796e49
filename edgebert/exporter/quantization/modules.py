"""Quantised layers, written in the operators that every PyTorch lowering understands.

They compute what int8 kernels compute, but for the order of rounding: the graph made of them is
the reference ("fake-quantized") that int8 artifacts are compared with, and what ExecuTorch lowers.
"""

import torch
from torch import Tensor, nn
from torch.ao.quantization.fx import _decomposed  # noqa: F401  (defines quantized_decomposed)

from edgebert.exporter.calibration import QuantParameters, quantize_weight
from edgebert.exporter.quiet import quiet

_ops = torch.ops.quantized_decomposed


class Int8Weight(nn.Module):
    """A weight matrix in int8 with one scale a row."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        values, scales = quantize_weight(weight)
        self.values = nn.Buffer(values)
        self.scales = nn.Buffer(scales)
        self.zero_points = nn.Buffer(torch.zeros(len(scales), dtype=torch.int64))

    def forward(self) -> Tensor:
        """Return the weights that the int8 values stand for, float32 [out, in]."""
        return _ops.dequantize_per_channel(  # type: ignore[no-any-return]
            self.values, self.scales, self.zero_points, 0, -127, 127, torch.int8
        )


class StaticLinear(nn.Module):
    """A Linear with int8 weights, and int8 input and output at calibrated scales.

    Run in PyTorch it computes exactly what integer kernels compute. Exported, it is the same thing
    in quantise and dequantise operators around a Linear, which lowerings recognise.
    """

    def __init__(
        self, linear: nn.Linear, input_parameters: QuantParameters, output: QuantParameters
    ) -> None:
        super().__init__()
        self.weight = Int8Weight(linear.weight.detach())
        # Kernels add the bias to the integer product, in steps of input scale * weight scale.
        # These two are no buffers: an export keeps all buffers, and they serve PyTorch alone.
        self.step = input_parameters.scale * self.weight.scales
        bias = torch.zeros(linear.out_features) if linear.bias is None else linear.bias.detach()
        limits = torch.iinfo(torch.int32)
        steps = torch.round(bias.double() / self.step.double()).clamp(limits.min, limits.max)
        self.integer_bias = steps.to(torch.int32)
        self.bias = nn.Buffer((steps * self.step.double()).float())
        self.input_parameters = input_parameters
        self.output_parameters = output
        self._wide_weights: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Map float32 [tokens, in] to float32 [tokens, out]."""
        if not torch.compiler.is_exporting():
            return self.integers(x)
        x = round_trip(x, self.input_parameters)
        y = nn.functional.linear(x, self.weight(), self.bias)
        return round_trip(y, self.output_parameters)

    def integers(self, x: Tensor) -> Tensor:
        """Do the same in whole numbers: the sums of a float32 product would round."""
        into, out = self.input_parameters, self.output_parameters
        q = torch.round(x / into.scale) + into.zero_point
        q = q.clamp(-128, 127).double() - into.zero_point
        bias = self.integer_bias.double()
        if self._wide_weights is None:  # converting them takes longer than a product
            self._wide_weights = self.weight.values.double()
        product = nn.functional.linear(q, self._wide_weights, bias).float()
        y = torch.round(product * (self.step / out.scale)) + out.zero_point
        return (y.clamp(-128, 127) - out.zero_point) * out.scale


class DynamicLinear(nn.Module):
    """A Linear with int8 weights whose input is quantised row by row at run time."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.weight = Int8Weight(linear.weight.detach())
        self.bias: nn.Parameter | None = linear.bias

    def forward(self, x: Tensor) -> Tensor:
        """Map float32 [tokens, in] to float32 [tokens, out]."""
        scale, zero_point = _ops.choose_qparams_per_token_asymmetric(x, torch.int8)
        x = _ops.quantize_per_token(x, scale, zero_point, -128, 127, torch.int8)
        x = _ops.dequantize_per_token(x, scale, zero_point, -128, 127, torch.int8, torch.float32)
        return nn.functional.linear(x, self.weight(), self.bias)


class Int8Embedding(nn.Module):
    """An embedding table in int8 with one scale a row."""

    def __init__(self, embedding: nn.Embedding) -> None:
        with quiet():
            # The operator is defined by this module of ExecuTorch.
            import executorch.exir.passes._quant_patterns_and_replacements  # noqa: F401

        super().__init__()
        values, scales = quantize_weight(embedding.weight.detach())
        self.values = nn.Buffer(values)
        self.scales = nn.Buffer(scales)

    def forward(self, ids: Tensor) -> Tensor:
        """Map int32 ids [1, tokens] to float32 [1, tokens, channels]."""
        # ExecuTorch's kernel takes int64 indices only.
        return _ops.embedding_byte(  # type: ignore[no-any-return]
            self.values, self.scales, None, -128, 127, ids.to(torch.int64)
        )


def round_trip(x: Tensor, parameters: QuantParameters) -> Tensor:
    """Quantise to int8 and back: float32 of any shape, in the operators that are lowered."""
    limits = (parameters.scale, parameters.zero_point, -128, 127, torch.int8)
    return _ops.dequantize_per_tensor(  # type: ignore[no-any-return]
        _ops.quantize_per_tensor(x, *limits), *limits
    )
