"""The calibration error is the definition's, and adds up over parts."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reference_ece import expected_error

from edgebert.evaluation.confidence import LabelledLogits, bin_gaps, calibration_error

ANSWERS = st.lists(
    st.tuples(st.floats(0, 1, exclude_min=True), st.booleans()), min_size=1, max_size=60
)


@given(ANSWERS)
def test_it_is_the_definitions(answers):
    confidence, right = (np.array(values) for values in zip(*answers, strict=True))
    # Where float64 can't tell on which side of an edge a value lies, the two may choose another.
    assume(np.abs(confidence * 15 - np.round(confidence * 15)).min() > 1e-9)
    found = calibration_error(bin_gaps(confidence, right), len(right))
    assert found == pytest.approx(expected_error(confidence.tolist(), right.tolist()))
    assert 0 <= found <= 1


@given(ANSWERS, ANSWERS)
def test_gaps_of_parts_add_up(some, others):
    def gaps(answers):
        confidence, right = (np.array(values) for values in zip(*answers, strict=True))
        return bin_gaps(confidence, right)

    assert gaps(some) + gaps(others) == pytest.approx(gaps(some + others))


def test_edges_belong_to_the_bin_below():
    # 0.4 and 0.2 of fifteenths: 6/15 is the upper edge of the sixth bin.
    gaps = bin_gaps(np.array([6 / 15, 1.0]), np.array([1.0, 1.0]))
    assert np.flatnonzero(gaps).tolist() == [5]
    assert gaps[5] == pytest.approx(-0.6)
    assert bin_gaps(np.array([1.0]), np.array([0.0]))[14] == 1


def test_a_textbook_case():
    # Sure to 0.9 and right half the time, sure to 0.5 and right half the time.
    confidence = np.array([0.9] * 4 + [0.5] * 4)
    right = np.array([1, 0] * 4)
    assert calibration_error(bin_gaps(confidence, right), 8) == pytest.approx(0.2)


def test_without_answers_it_is_not_defined():
    assert math.isnan(calibration_error(np.zeros(15), 0))


def test_confidence_is_that_of_the_likeliest_label():
    said = LabelledLogits(np.log([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2]]), np.array([1, 2]))
    confidence, right = said.confidence()
    assert confidence == pytest.approx([0.7, 0.5])
    assert right.tolist() == [True, False]
