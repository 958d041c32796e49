"""A histogram of fixed size over a range that an earlier pass of calibration found."""

import numpy as np
import torch

# Bins on each side of zero, as in TensorRT's entropy calibration.
BINS = 2048

# The smallest normal float32: a narrower bin could not divide float32 values.
_MIN_WIDTH = 2.0**-126


class Histogram:
    """Counts of values in bins of one width, symmetric about zero, which is a bin's edge.

    Bin i of the 2 * `BINS` holds the values in [(i - BINS) * width, (i + 1 - BINS) * width).

    Attributes:
        low: smallest value of that pass; results stay above it.
        high: largest value of that pass; results stay below it.
        width: of a bin; the larger of |low| and |high| is BINS * width.
        counts: int64 [2 * BINS].

    """

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.high = high
        self.width = max(max(abs(low), abs(high)) / BINS, _MIN_WIDTH)
        self.counts = np.zeros(2 * BINS, dtype=np.int64)

    def update(self, values: torch.Tensor) -> None:
        """Count values of any shape; those beyond the range go to the first or last bin."""
        index = (values.flatten() / self.width).floor_().clamp_(-BINS, BINS - 1)
        index = index.to(torch.int64).add_(BINS)
        self.counts += torch.bincount(index, minlength=2 * BINS).numpy()
