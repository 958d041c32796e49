"""Scales and zero points: the one place where a range becomes the numbers of a quantised tensor.

Activations are int8, asymmetric, one scale a tensor: real = scale * (q - zero_point), q in
[-128, 127]. Weights are int8, symmetric, one scale an output channel: real = scale * q, q in
[-127, 127]. (Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference", section 2.1; LiteRT's 8-bit specification.)
"""

import math
from dataclasses import dataclass

import torch

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration.table import Range

QMIN = -128
QMAX = 127
WEIGHT_QMAX = 127

# The smallest scale given: 2**-23, as in torch.ao's observers. Far above float32's denormals,
# whose scales kernels refuse, and small enough that a weight row below it is as good as zero.
MIN_SCALE = 2.0**-23

# Bits of an activation scale's significand. float32 has 24; with the 8 bits of a difference of
# quantised values a product needs 24 at most, so every quantised value is exact in float32.
_SCALE_BITS = 16


@dataclass(frozen=True)
class QuantParameters:
    """real = scale * (q - zero_point) for int8 q; scale is a float32 value."""

    scale: float
    zero_point: int


def activation_parameters(values: Range) -> QuantParameters:
    """Return the int8 parameters of an activation whose values lie in a range.

    The range is widened to include 0, which is then exact. The scale is (max - min) / 255,
    rounded up to 16 significant bits (by less than 0.004 %): so -128 and 127 stand for exact
    float32 values (`representable_range`), and a backend that works its own scale out from them
    finds this very scale. Values in the range come back within scale / 2.

    A range that is only 0 has scale 1.
    """
    low, high = min(values.min, 0.0), max(values.max, 0.0)
    if low == high:
        return QuantParameters(scale=1.0, zero_point=0)
    scale = max(_round_up((high - low) / (QMAX - QMIN)), MIN_SCALE)
    zero_point = round(QMIN - low / scale)
    return QuantParameters(scale=scale, zero_point=max(QMIN, min(QMAX, zero_point)))


def representable_range(parameters: QuantParameters) -> Range:
    """Return the real values of q = -128 and q = 127, exact in float32.

    For backends that take a range instead of a scale: (max - min) / 255 is the scale, in float32
    arithmetic too, and -128 - min / scale the zero point.
    """
    return Range(
        min=(QMIN - parameters.zero_point) * parameters.scale,
        max=(QMAX - parameters.zero_point) * parameters.scale,
    )


def weight_scales(weight: torch.Tensor) -> torch.Tensor:
    """Return the scale of each output channel: max |w| / 127.

    An all-zero row takes the largest scale of the others (1 where there are none): its int8
    weights are 0 under any scale, but its bias is quantised with it, so 1 could be far too coarse.

    Args:
        weight: [out, in], any float dtype.

    Returns:
        [out], float32, at least `MIN_SCALE`.

    Raises:
        EdgebertError: a weight is nan or infinite.

    """
    scales = weight.float().abs().amax(dim=1) / WEIGHT_QMAX
    if not bool(torch.isfinite(scales).all()):
        raise EdgebertError("a weight is nan or infinite, expected finite weights in a checkpoint")
    zero_rows = scales == 0
    largest = scales.max() if not bool(zero_rows.all()) else torch.ones(())
    return torch.where(zero_rows, largest, scales).clamp(min=MIN_SCALE)


def quantize_weight(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Quantise a weight matrix: q = round(w / scale), halves to even, clamped to [-127, 127].

    Args:
        weight: [out, in], any float dtype.

    Returns:
        int8 [out, in], and the scales of `weight_scales`, float32 [out].

    Raises:
        EdgebertError: a weight is nan or infinite.

    """
    scales = weight_scales(weight)
    quantized = torch.round(weight.float() / scales[:, None])
    return quantized.clamp(-WEIGHT_QMAX, WEIGHT_QMAX).to(torch.int8), scales


def _round_up(value: float) -> float:
    """Round up to `_SCALE_BITS` significant bits."""
    significand, exponent = math.frexp(value)
    return math.ldexp(math.ceil(math.ldexp(significand, _SCALE_BITS)), exponent - _SCALE_BITS)
