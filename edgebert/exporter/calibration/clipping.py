"""Where to clip a histogram: percentile, entropy (KL divergence) and mean squared error."""

import numpy as np
import numpy.typing as npt

from edgebert.exporter.calibration.histogram import BINS, Histogram
from edgebert.exporter.calibration.table import Range

# Share of the values that a percentile range keeps, in percent.
PERCENTILE = 99.99

# Quantised levels of |value|, and bins between two candidate thresholds (0.4 % of the range).
_ENTROPY_LEVELS = 128
_ENTROPY_STEP = 8
# What an empty bin counts as, so that the divergence stays finite.
_EMPTY_BIN = 1e-4

# Candidates a side in the search for the smallest error, spaced evenly in their logarithm.
_MSE_CANDIDATES = 192

_Floats = npt.NDArray[np.float64]


def percentile_range(histogram: Histogram, percentile: float = PERCENTILE) -> Range:
    """Cut the same share of values, (100 - percentile) / 2 percent, from both ends.

    Values are taken as spread evenly within a bin, so each end is within one bin's width of the
    exact percentile of the values.
    """
    cut = float(histogram.counts.sum()) * (100 - percentile) / 200
    low = _quantile_bin(histogram.counts, cut) - BINS
    high = BINS - _quantile_bin(histogram.counts[::-1], cut)
    return _clip(histogram, low * histogram.width, high * histogram.width)


def entropy_range(histogram: Histogram) -> Range:
    """Find the threshold of |value| at which 128 levels lose the least information.

    Each threshold of 128 bins or more is tried: the reference distribution is the histogram of
    |value| up to it, all larger values counted in its last bin; the candidate is the same
    histogram merged into 128 levels and spread again over the bins that are not empty. The
    threshold with the smallest Kullback-Leiber divergence wins, and the range is what lies within
    it of the values seen. (S. Migacz, "8-bit Inference with TensorRT", GTC 2017; ONNX Runtime's
    entropy calibration follows the same paper.) Unlike theirs, levels differ by one bin at most.
    """
    counts = (histogram.counts[BINS:] + histogram.counts[:BINS][::-1]).astype(np.float64)
    thresholds = range(_ENTROPY_LEVELS, BINS + 1, _ENTROPY_STEP)
    divergences = [_divergence(counts, threshold) for threshold in thresholds]
    threshold = thresholds[int(np.argmin(divergences))] * histogram.width
    return _clip(histogram, -threshold, threshold)


def mse_range(histogram: Histogram) -> Range:
    """Find the range [low, high] around zero with the smallest mean squared quantisation error.

    The error of a value inside is scale**2 / 12 (rounding, evenly spread) with scale =
    (high - low) / 255, and that of a value outside its squared distance to the range. Both ends
    are searched together, over candidates 4 % apart or one bin, whichever is more.
    """
    below = histogram.counts[:BINS][::-1].astype(np.float64)
    above = histogram.counts[BINS:].astype(np.float64)
    low_bins = _candidates(-histogram.low / histogram.width)
    high_bins = _candidates(histogram.high / histogram.width)
    low_outside, low_error = _outside(below, low_bins)
    high_outside, high_error = _outside(above, high_bins)
    inside = histogram.counts.sum() - low_outside[:, None] - high_outside[None, :]
    scale = (low_bins[:, None] + high_bins[None, :]) / 255
    error = inside * scale**2 / 12 + low_error[:, None] + high_error[None, :]
    low, high = np.unravel_index(int(np.argmin(error)), error.shape)
    return _clip(histogram, -low_bins[low] * histogram.width, high_bins[high] * histogram.width)


def _clip(histogram: Histogram, low: float, high: float) -> Range:
    low, high = np.clip([low, high], histogram.low, histogram.high)
    return Range(min=float(low), max=float(high))


def _quantile_bin(counts: npt.NDArray[np.int64], cut: float) -> float:
    """Return the position, in bins from the start, below which `cut` values lie."""
    cumulative = np.cumsum(counts)
    position = int(np.searchsorted(cumulative, max(cut, 1e-9)))
    before = int(cumulative[position] - counts[position])
    return position + (cut - before) / int(counts[position])


def _divergence(counts: _Floats, threshold: int) -> float:
    """Return KL(reference || candidate) of the first `threshold` bins."""
    reference = counts[:threshold].copy()
    reference[-1] += counts[threshold:].sum()
    occupied = reference > 0
    edges = np.arange(_ENTROPY_LEVELS + 1) * threshold // _ENTROPY_LEVELS
    merged = np.add.reduceat(counts[:threshold], edges[:-1])
    shared_by = np.maximum(np.add.reduceat(occupied.astype(np.float64), edges[:-1]), 1)
    candidate = np.where(occupied, np.repeat(merged / shared_by, np.diff(edges)), 0)
    p, q = _distribution(reference), _distribution(candidate)
    return float(np.sum(p * np.log(p / q)))


def _distribution(counts: _Floats) -> _Floats:
    filled: _Floats = np.where(counts > 0, counts, _EMPTY_BIN)
    filled /= filled.sum()
    return filled


def _candidates(bins: float) -> _Floats:
    """Return distances from zero, in whole bins up to `bins` (rounded up), 0 included."""
    last = int(np.clip(np.ceil(bins), 0, BINS))
    if last == 0:
        return np.zeros(1)
    return np.unique(np.append(0, np.round(np.geomspace(1, last, _MSE_CANDIDATES))))


def _outside(counts: _Floats, candidates: _Floats) -> tuple[_Floats, _Floats]:
    """Return, for each distance, the values beyond it and their squared error, in bins.

    `counts` are the bins from zero outwards, values spread evenly within each.
    """
    centres = np.arange(len(counts)) + 0.5
    index = candidates.astype(np.int64)
    number, total, squares = (
        np.append(np.cumsum((counts * moment)[::-1])[::-1], 0)[index]
        for moment in (np.ones_like(centres), centres, centres**2 + 1 / 12)
    )
    return number, squares - 2 * candidates * total + candidates**2 * number
