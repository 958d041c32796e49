"""Axes hold what they are made for, and their ticks say where they are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgebert.report.axis import axis

values = st.floats(-1e9, 1e9).filter(lambda value: value == 0 or abs(value) > 1e-6)


@given(values, values)
def test_ticks_enclose_the_values_and_are_evenly_apart(one, other):
    low, high = sorted((one, other))
    made = axis(low, high, 10.0, 110.0)
    slack = 1e-6 * (made.high - made.low)
    assert made.low - slack <= low <= high <= made.high + slack
    ticks = made.ticks()
    assert 2 <= len(ticks) <= 9
    assert ticks[0][0] == pytest.approx(10)
    assert ticks[-1][0] == pytest.approx(110)
    gaps = [b - a for (a, _), (b, _) in pairwise(ticks)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps), rel=1e-3)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.0, 9.3, ["0.0", "2.5", "5.0", "7.5", "10.0"]),
        (0.9976, 1.0, ["0.997", "0.998", "0.999", "1.000"]),
        (0.0, 0.0, ["0.00", "0.25"]),
        (45.0, 52.0, ["44", "46", "48", "50", "52"]),
        (0.0, 1234.0, ["0", "500", "1000", "1500"]),
    ],
)
def test_labels_are_round(low, high, labels):
    assert [label for _, label in axis(low, high, 0.0, 1.0).ticks()] == labels


@given(st.floats(0.001, 1e6), st.floats(0, 1))
def test_a_place_is_in_proportion(high, share):
    made = axis(0.0, high, 50.0, 250.0)
    assert made.place(share * made.high) == pytest.approx(50 + 200 * share)
