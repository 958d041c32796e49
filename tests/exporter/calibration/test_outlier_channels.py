"""Which channels stand out: the figures measured on real weights, and none where none do."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from edgebert.exporter.calibration import OUTLIER_RATIO, choose_outliers


def channels(count: int, largest: float, **outliers: float) -> tuple[np.ndarray, np.ndarray]:
    """Returns ranges of channels that reach up to `largest`, but for those like c7=33."""
    reach = np.linspace(largest / 3, largest, count)
    np.random.default_rng(0).shuffle(reach)
    low, high = -reach, reach.copy()
    for name, value in outliers.items():
        (low if value < 0 else high)[int(name[1:])] = value
    return low, high


def test_one_channel_that_reaches_194_beside_4_7() -> None:
    assert choose_outliers(*channels(384, 4.7, c223=194)) == [223]
    assert choose_outliers(*channels(384, 4.7, c223=-194)) == [223]


def test_33_26_and_21_beside_3_go_together() -> None:
    assert choose_outliers(*channels(384, 3, c9=33, c127=26, c300=21)) == [9, 127, 300]
    assert choose_outliers(*channels(384, 3, c9=33, c127=-26, c300=21)) == [9, 127, 300]
    # The limit holds two of the three: what is left, 21, is 1.57 times narrower, not 1.3**2 = 1.69.
    assert choose_outliers(*channels(384, 3, c9=33, c127=26, c300=21), limit=2) == []


def test_steps_go_on_from_what_is_left() -> None:
    assert choose_outliers(*channels(384, 3, c1=1000, c2=90, c3=80, c4=9)) == [1, 2, 3, 4]
    assert choose_outliers(*channels(384, 3, c1=1000, c2=90, c3=80, c4=9), limit=3) == [1, 2, 3]
    assert choose_outliers(*channels(384, 3, c1=1000, c2=90, c3=80, c4=9), limit=1) == [1]
    assert choose_outliers(*channels(384, 3, c1=1000), limit=0) == []


def test_a_tail_without_a_gap_stays() -> None:
    reach = np.concatenate([np.linspace(1, 3, 380), [3.3, 3.7, 4.2, 4.6]])
    assert choose_outliers(-reach, reach) == []


def test_outputs_of_random_weights_have_none() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        # 192 channels of a group, 200 tokens, weights of unlike size by channel.
        values = rng.normal(size=(200, 192)) * rng.uniform(0.7, 1.3, size=192)
        assert choose_outliers(values.min(axis=0), values.max(axis=0)) == []


def test_a_head_with_few_channels_is_left_whole() -> None:
    assert choose_outliers(np.array([-9.0, -1.0]), np.array([9.0, 1.0])) == []
    assert choose_outliers(*channels(8, 1, c3=50)) == [3]
    assert choose_outliers(*channels(15, 1, c3=50, c4=50)) == []
    assert choose_outliers(*channels(16, 1, c3=50, c4=50)) == [3, 4]


def test_silent_channels() -> None:
    assert choose_outliers(np.zeros(64), np.zeros(64)) == []
    only = np.zeros(64)
    only[5] = 1
    assert choose_outliers(np.zeros(64), only) == [5]


REACH = hnp.arrays(np.float64, st.integers(1, 80), elements=st.floats(0, 1e6))
SCALES = st.sampled_from([2, 0.25])


@given(low=REACH, seed=st.integers(0, 99), limit=st.integers(0, 6), scale=SCALES)
def test_what_always_holds(low: np.ndarray, seed: int, limit: int, scale: float) -> None:
    high = np.random.default_rng(seed).permutation(low)
    chosen = choose_outliers(-low, high, limit=limit)
    assert chosen == sorted(set(chosen))
    assert len(chosen) <= min(limit, len(low) // 8)
    assert chosen == choose_outliers(-low * scale, high * scale, limit=limit)
    if chosen:
        kept = np.delete(np.arange(len(low)), chosen)
        width = low.max() + high.max()
        assert width >= OUTLIER_RATIO ** len(chosen) * (low[kept].max() + high[kept].max()) * (
            1 - 1e-9
        )
