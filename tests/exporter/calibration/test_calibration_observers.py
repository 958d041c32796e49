"""The observers against direct numpy computations, on distributions with a known answer."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import OBSERVERS, Range, activation_parameters
from edgebert.exporter.calibration.histogram import BINS, Histogram
from edgebert.exporter.calibration.observers import find_observer
from edgebert.exporter.calibration.ranges import MinMaxRanges, MovingAverageRanges

Clip = Callable[[Histogram], Range]

CLIPS = [name for name, observer in OBSERVERS.items() if observer.clip]
VALUES = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=20),
    elements=st.floats(-(2.0**100), 2.0**100, width=32) | st.floats(-5, 5, width=32),
)


def histogram(values: np.ndarray, parts: int = 1) -> Histogram:
    values = values.astype(np.float32)
    result = Histogram(float(values.min()), float(values.max()))
    for part in np.array_split(values.ravel(), parts):
        result.update(torch.from_numpy(part))
    return result


def clipped(name: str, values: np.ndarray) -> Range:
    clip = OBSERVERS[name].clip
    assert clip is not None
    return clip(histogram(values))


def distributions() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    normal = rng.normal(size=50_000)
    return {
        "normal": normal,
        "laplace": rng.laplace(size=50_000),
        "heavy tail": rng.standard_t(3, size=50_000),
        "uniform": rng.uniform(-2, 5, size=50_000),
        "gelu": torch.nn.functional.gelu(torch.from_numpy(2 * normal)).numpy(),
        "above zero": np.abs(normal) + 3,
        "below zero": -np.abs(normal) - 3,
        "lone outlier": np.append(normal, 30),
    }


def squared_error(values: np.ndarray, low: float, high: float) -> float:
    """Returns the mean squared error of int8 with this range, value by value."""
    parameters = activation_parameters(Range(low, high))
    quantized = np.clip(np.rint(values / parameters.scale) + parameters.zero_point, -128, 127)
    return float(np.mean(((quantized - parameters.zero_point) * parameters.scale - values) ** 2))


def test_the_observers_have_these_names() -> None:
    assert list(OBSERVERS) == ["minmax", "moving_average", "percentile", "entropy", "mse"]
    with pytest.raises(EdgebertError, match="unknown observer 'kl', expected one of minmax, mov"):
        find_observer("kl")


@given(values=VALUES, parts=st.integers(1, 5))
def test_minmax_streams(values: np.ndarray, parts: int) -> None:
    ranges = MinMaxRanges(values.shape[1])
    for part in np.array_split(values, min(parts, len(values))):
        ranges.update(torch.from_numpy(part))
    assert (ranges.minimum == values.min(axis=0)).all()
    assert (ranges.maximum == values.max(axis=0)).all()


@given(values=VALUES, parts=st.integers(1, 5))
def test_histograms_stream(values: np.ndarray, parts: int) -> None:
    assert (histogram(values, parts).counts == histogram(values).counts).all()
    assert histogram(values).counts.sum() == values.size


def test_a_histogram_counts_as_numpy_does() -> None:
    for values in distributions().values():
        ours = histogram(values)
        limit = np.abs(values.astype(np.float32)).max()
        edges = np.linspace(-limit, limit, 2 * BINS + 1)
        expected, _ = np.histogram(values.astype(np.float32), edges)
        # float32 puts a value next to an edge into either of the two bins.
        assert np.abs(np.cumsum(ours.counts) - np.cumsum(expected)).max() <= 3


def test_the_moving_average_weighs_texts_as_documented() -> None:
    rng = np.random.default_rng(0)
    texts = [rng.normal(size=(rng.integers(1, 9), 3)) for _ in range(300)]
    ranges = MovingAverageRanges(3)
    for text in texts[:100]:
        ranges.update(torch.from_numpy(text))
    mean = np.mean([text.max(axis=0) for text in texts[:100]], axis=0)
    np.testing.assert_allclose(ranges.maximum, mean, rtol=1e-9)
    for text in texts[100:]:
        ranges.update(torch.from_numpy(text))
        mean = 0.99 * mean + 0.01 * text.max(axis=0)
    np.testing.assert_allclose(ranges.maximum, mean, rtol=1e-9)
    assert (ranges.minimum < ranges.maximum).all()


def test_state_does_not_grow_with_the_texts() -> None:
    def size(state: object) -> int:
        return sum(getattr(value, "nbytes", 0) for value in vars(state).values())

    for make in (lambda: MinMaxRanges(4), lambda: MovingAverageRanges(4), lambda: Histogram(-3, 3)):
        state = make()
        state.update(torch.zeros(1, 4))
        before = size(state), sorted(vars(state))
        for _ in range(500):
            state.update(torch.randn(50, 4))
        assert (size(state), sorted(vars(state))) == before
        assert size(state) <= 2 * BINS * 8


@pytest.mark.parametrize("name", CLIPS)
@settings(max_examples=50)
@given(values=VALUES)
def test_clipping_stays_within_minmax(name: str, values: np.ndarray) -> None:
    found = clipped(name, values)
    assert float(values.min()) <= found.min <= found.max <= float(values.max())


@pytest.mark.parametrize("name", CLIPS)
@pytest.mark.parametrize("value", [0.0, 1e-40, 2.5, -2.5, 1e38])
def test_one_value_only(name: str, value: float) -> None:
    value = float(np.float32(value))
    assert clipped(name, np.full(100, value)) == Range(value, value)


@pytest.mark.parametrize("values", distributions().values(), ids=distributions())
def test_percentile_is_numpys_within_a_bin(values: np.ndarray) -> None:
    found = clipped("percentile", values)
    low, high = np.percentile(values, [0.005, 99.995])
    # Where values lie further apart than a bin, numpy interpolates between two of them and a
    # histogram cannot: either neighbour will do.
    ordered = np.sort(values)
    cut = len(values) * 5e-5
    gap_low = np.diff(ordered)[: int(cut) + 2].max()
    gap_high = np.diff(ordered)[-int(cut) - 2 :].max()
    width = histogram(values).width
    assert abs(found.min - low) <= width + gap_low
    assert abs(found.max - high) <= width + gap_high


def test_percentile_of_a_heavy_tail_is_far_inside_minmax() -> None:
    values = distributions()["heavy tail"]
    found = clipped("percentile", values)
    assert found.max < 0.8 * values.max()
    assert found.min > 0.8 * values.min()
    assert 0.9998 <= np.mean((values >= found.min) & (values <= found.max)) <= 0.99995


@pytest.mark.parametrize("values", distributions().values(), ids=distributions())
def test_mse_is_within_3_percent_of_the_best_range(values: np.ndarray) -> None:
    found = clipped("mse", values)
    shares = np.linspace(0.04, 1, 25)
    lows = shares * values.min() if values.min() < 0 else np.zeros(1)
    highs = shares * values.max() if values.max() > 0 else np.zeros(1)
    best = min(squared_error(values, low, high) for low in lows for high in highs)
    assert squared_error(values, found.min, found.max) <= 1.03 * best


@pytest.mark.parametrize("name", ["entropy", "mse"])
def test_a_lone_outlier_is_clipped(name: str) -> None:
    values = np.append(np.random.default_rng(1).normal(size=1_000_000), 30)
    found = clipped(name, values)
    assert found.max < 0.8 * 30
    assert found.min >= values.min()
    assert squared_error(values, found.min, found.max) < squared_error(values, values.min(), 30)


def direct_entropy_threshold(values: np.ndarray) -> float:
    """Returns the threshold of |value| by the paper's loop, bin by bin, every 8 bins."""
    counts, edges = np.histogram(np.abs(values), bins=2048, range=(0, np.abs(values).max()))
    best, threshold = np.inf, 0.0
    for bins in range(128, 2049, 8):
        reference = counts[:bins].astype(float)
        reference[-1] += counts[bins:].sum()
        candidate = np.zeros(bins)
        for level in range(128):
            members = range(level * bins // 128, (level + 1) * bins // 128)
            occupied = [i for i in members if reference[i] > 0]
            for i in occupied:
                candidate[i] = sum(counts[j] for j in members) / len(occupied)
        p = np.maximum(reference, 1e-4) / np.maximum(reference, 1e-4).sum()
        q = np.maximum(candidate, 1e-4) / np.maximum(candidate, 1e-4).sum()
        divergence = float(np.sum(p * np.log(p / q)))
        if divergence < best:
            best, threshold = divergence, float(edges[bins])
    return threshold


@pytest.mark.parametrize("name", ["heavy tail", "gelu"])
def test_entropy_is_the_papers_search(name: str) -> None:
    values = distributions()[name].astype(np.float32)[:5000]
    found = clipped("entropy", values)
    threshold = direct_entropy_threshold(values.astype(np.float64))
    # A value on an edge may be counted one bin further, which moves a tie by one candidate.
    step = 8 * float(np.abs(values).max()) / BINS
    assert max(found.max, -found.min) == pytest.approx(threshold, abs=1.01 * step)


@pytest.mark.parametrize("name", ["normal", "laplace", "heavy tail", "gelu", "lone outlier"])
def test_entropy_is_near_onnxruntimes(name: str) -> None:
    calibrate = pytest.importorskip("onnxruntime.quantization.calibrate")
    values = distributions()[name].astype(np.float32)
    limit = np.abs(values).max()
    counts, edges = np.histogram(values, bins=2047, range=(-limit, limit))
    collector = calibrate.HistogramCollector("entropy", False, 2047, 128, 99.99, None)
    low, high = collector.get_entropy_threshold(
        (counts, edges.astype(np.float32), values.min(), values.max()), 128
    )
    found = clipped("entropy", values)
    # Bins twice as wide, symmetric levels and the remainder in the last level: a like answer only.
    assert 0.5 <= (found.max - found.min) / float(high - low) <= 2
