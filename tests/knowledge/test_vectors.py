"""int8 vectors find what float vectors find, to the degree that the documentation states."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from edgebert.knowledge.vectors import BLOCK_ROWS, quantize, similarities
from edgebert.tasks.scores import best_first

# Rounding is off by up to half a step, evenly spread: a standard deviation of 1/sqrt(12) of a step.
# Against a vector of length 1 the channels' errors add up to as much, and a million products stay
# within six times that.
MOST_OFF = 6 / np.sqrt(12)  # steps


def vectors_about(topics, count, channels=384, spread=0.6, seed=0):
    """Unit vectors that lie about topics, as those of passages do."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(topics, channels))
    chosen = centres[random.integers(topics, size=count)]
    made = chosen + spread * random.normal(size=(count, channels))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def test_int8_finds_the_hits_of_float():
    vectors = vectors_about(40, 5000)
    queries = vectors_about(40, 200, seed=0, spread=0.9)
    rounded, scales = quantize(vectors)
    assert rounded.dtype == np.int8
    bound = MOST_OFF * scales.max()
    assert bound < 0.004
    firsts, shared = 0, 0
    for query in queries:
        exact = vectors @ query
        found = similarities(rounded, scales, query)
        assert np.abs(found - exact).max() < bound
        firsts += best_first(found, 1)[0] == best_first(exact, 1)[0]
        shared += len(set(best_first(found, 10)) & set(best_first(exact, 10)))
    assert firsts >= 0.95 * len(queries)
    assert shared >= 0.95 * 10 * len(queries)


@pytest.mark.parametrize("count", [1, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1, 3 * BLOCK_ROWS])
def test_blocks_are_all_searched(count):
    vectors = vectors_about(3, count, channels=8)
    rounded, scales = quantize(vectors)
    query = 5 * vectors[-1]  # of another length: a cosine all the same
    expected = rounded.astype(np.float32) @ (query / 5) * scales
    np.testing.assert_allclose(similarities(rounded, scales, query), expected, atol=1e-6)


def test_length_does_not_count_and_zeros_stay():
    vectors = np.array([[3, 4], [300, 400], [0, 0]], np.float32)
    rounded, scales = quantize(vectors)
    found = similarities(rounded, scales, np.array([30, 40], np.float32))
    np.testing.assert_allclose(found, [1, 1, 0], atol=0.01)
    assert not similarities(rounded, scales, np.zeros(2, np.float32)).any()


@given(
    arrays(np.float32, st.integers(0, 40), elements=st.sampled_from([-1, -0.5, 0, 0.25, 1])),
    st.integers(0, 50),
)
@settings(deadline=None)
def test_the_best_are_those_of_a_stable_sort(scores, limit):
    expected = sorted(range(len(scores)), key=lambda number: -scores[number])[:limit]
    assert best_first(scores, limit) == expected
