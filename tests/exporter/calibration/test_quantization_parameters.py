"""Scales and zero points: error bounds, exact zeros, and scales every backend can find again."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import (
    QuantParameters,
    Range,
    activation_parameters,
    quantize_weight,
    representable_range,
    weight_scales,
)

BOUNDS = st.floats(-(2.0**126), 2.0**126, width=32) | st.floats(-300, 300, width=32)
RANGES = st.tuples(BOUNDS, BOUNDS).map(lambda bounds: Range(min(bounds), max(bounds)))
WEIGHTS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(-100, 100, width=32),
)


def round_trip(values: np.ndarray, parameters: QuantParameters) -> np.ndarray:
    scale, zero_point = np.float64(parameters.scale), parameters.zero_point
    quantized = np.clip(np.rint(values / scale) + zero_point, -128, 127)
    return (quantized - zero_point) * scale


@given(values=RANGES, share=st.floats(0, 1))
def test_values_in_the_range_come_back_within_half_a_step(values: Range, share: float) -> None:
    low, high = min(values.min, 0.0), max(values.max, 0.0)
    parameters = activation_parameters(values)
    points = np.array([low, high, 0.0, low + share * (high - low)])
    error = np.abs(round_trip(points, parameters) - points)
    assert (error <= parameters.scale / 2 * (1 + 1e-9)).all()
    assert error[2] == 0


@given(values=RANGES)
def test_the_parameters_are_as_kernels_want_them(values: Range) -> None:
    parameters = activation_parameters(values)
    assert -128 <= parameters.zero_point <= 127
    assert parameters.scale >= np.finfo(np.float32).tiny
    assert float(np.float32(parameters.scale)) == parameters.scale
    width = max(values.max, 0.0) - min(values.min, 0.0)
    if width > 255 * 2.0**-23:
        assert 1 <= parameters.scale / (width / 255) <= 1 + 2**-15


@given(values=RANGES)
def test_the_scale_is_found_again_from_the_representable_range(values: Range) -> None:
    """A backend that takes min and max works the scale out in float32, or in float64."""
    parameters = activation_parameters(values)
    found = representable_range(parameters)
    for number in (np.float32, np.float64):
        low, high = number(found.min), number(found.max)
        scale = (high - low) / number(255)
        assert scale == parameters.scale
        assert np.rint(number(-128) - low / scale) == parameters.zero_point
    assert activation_parameters(found) == parameters


@pytest.mark.parametrize(
    ("values", "scale", "zero_point"),
    [
        (Range(-128, 127), 1.0, 0),
        (Range(0, 255), 1.0, -128),
        (Range(-255, 0), 1.0, 127),
        (Range(51, 255), 1.0, -128),
        (Range(-255, -51), 1.0, 127),
        (Range(-63.75, 63.75), 0.5, 0),
        (Range(0, 0), 1.0, 0),
        (Range(0, 1e-30), 2.0**-23, -128),
        (Range(-1e-42, 1e-42), 2.0**-23, -128),
        (Range(-1e-6, 2e-6), 2.0**-23, -120),
    ],
)
def test_known_parameters(values: Range, scale: float, zero_point: int) -> None:
    assert activation_parameters(values) == QuantParameters(scale, zero_point)


@given(array=WEIGHTS)
def test_weights_come_back_within_half_a_step(array: np.ndarray) -> None:
    weight = torch.from_numpy(array)
    quantized, scales = quantize_weight(weight)
    assert quantized.dtype == torch.int8
    assert scales.dtype == torch.float32
    assert torch.equal(scales, weight_scales(weight))
    assert quantized.abs().max() <= 127
    error = (quantized.double() * scales.double()[:, None] - weight.double()).abs()
    assert (error <= scales.double()[:, None] / 2 * (1 + 1e-5)).all()
    assert (quantized[weight == 0] == 0).all()


def test_known_weights() -> None:
    weight = torch.tensor([[127.0, -127.0, 0.5, 1.5, 2.5], [0.0, 0.0, 0.0, 0.0, 0.0]])
    quantized, scales = quantize_weight(weight)
    # Halves go to the even neighbour.
    assert quantized.tolist() == [[127, -127, 0, 2, 2], [0, 0, 0, 0, 0]]
    # The zero row takes the largest scale of the others: its bias is quantised with it.
    assert scales.tolist() == [1.0, 1.0]


def test_scales_of_degenerate_weights() -> None:
    assert weight_scales(torch.zeros(3, 2)).tolist() == [1.0, 1.0, 1.0]
    assert weight_scales(torch.full((1, 2), 1e-40)).tolist() == [2.0**-23]
    assert weight_scales(torch.tensor([[127.0]], dtype=torch.float16)).tolist() == [1.0]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_not_finite(bad: float) -> None:
    with pytest.raises(EdgebertError, match="a weight is nan or infinite"):
        quantize_weight(torch.tensor([[1.0, 2.0], [bad, 0.0]]))
