"""Figures that sum up latencies."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 0
CONFIDENCE = 0.95


class Interval(msgspec.Struct, frozen=True):
    """A median with its 95 % bootstrap interval, over n values."""

    n: int
    median: float
    low: float
    high: float


class Summary(msgspec.Struct, frozen=True):
    """Figures of n values, in their unit.

    Attributes:
        n: how many there are.
        minimum: the smallest.
        median: the middle one, or the mean of the middle two.
        mean: the sum over n.
        p90: 90 % of the values are not larger; between two values, linearly interpolated.
        p95: the same for 95 %.
        p99: the same for 99 %.
        deviation: the sample's standard deviation (n - 1 in the divisor); None for one value.
        mad: median absolute deviation from the median, not scaled.
        low: lower end of the median's 95 % bootstrap interval.
        high: upper end.
    """

    n: int
    minimum: float
    median: float
    mean: float
    p90: float
    p95: float
    p99: float
    deviation: float | None
    mad: float
    low: float
    high: float


def summarize(values: Sequence[float]) -> Summary:
    """Sum up one or more values."""
    array = np.asarray(values, np.float64)
    p90, p95, p99 = np.percentile(array, (90, 95, 99))
    center = median_interval(values)
    return Summary(
        n=center.n,
        minimum=float(array.min()),
        median=center.median,
        mean=float(array.mean()),
        p90=float(p90),
        p95=float(p95),
        p99=float(p99),
        deviation=float(array.std(ddof=1)) if len(array) > 1 else None,
        mad=float(np.median(np.abs(array - center.median))),
        low=center.low,
        high=center.high,
    )


def median_interval(values: Sequence[float]) -> Interval:
    """Return the median and its interval by the percentile bootstrap (Efron, 1979), fixed seed.

    The values of all repeats are taken as one sample. Values that follow each other resemble each
    other, so the truth may lie a little further out; compare repeats where it matters.
    """
    array = np.asarray(values, np.float64)
    picks = np.random.default_rng(SEED).integers(0, len(array), (RESAMPLES, len(array)))
    medians: NDArray[np.float64] = np.median(array[picks], axis=1)
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(medians, (tail, 100 - tail))
    return Interval(len(array), float(np.median(array)), float(low), float(high))


def paired_ratio(values: Sequence[float], reference: Sequence[float]) -> Interval:
    """Return the median of the ratios, pair by pair.

    Args:
        values: one a pair.
        reference: what they are divided by; as many, none of them 0.
    """
    return median_interval(np.divide(values, reference).tolist())
