"""Which channels of a linear to split off, because they spoil the others' scale.

In BERT's residual stream a few channels reach values far beyond all others; one scale for the
tensor leaves the others two or three levels. A channel that stands out like that is computed
apart, and the tensor's scale no longer sees it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Most input and most output channels split off one linear.
OUTLIER_LIMIT = 4

# What each channel split off must shrink the others' range by, on average.
OUTLIER_RATIO = 1.3

# At least so many channels for each one split off: with few, none "stands out".
_CHANNELS_PER_OUTLIER = 8


@dataclass(frozen=True)
class Outliers:
    """Channels of one linear that are computed apart, ascending."""

    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()


NO_OUTLIERS = Outliers()


def choose_outliers(
    channel_min: npt.NDArray[np.float64],
    channel_max: npt.NDArray[np.float64],
    *,
    limit: int = OUTLIER_LIMIT,
    ratio: float = OUTLIER_RATIO,
) -> list[int]:
    """Choose the channels that stand out, from the range of each.

    Channels are taken in order of their largest absolute value. The next k of them go, with the
    smallest k up to the limit, if without them the tensor's range (0 included) is at least
    ratio**k times narrower; then again from there, until no k will do. So one channel that
    reaches 194 beside others up to 4.7 goes alone (41 times narrower), and 33, 26 and 21 beside
    3 go together (11 times narrower, more than 1.3**3 = 2.2), though 33 alone would narrow it
    only 1.27 times. The smooth tail of ordinary channels stays whole: the largest of hundreds of
    like channels are a few per cent apart.

    Args:
        channel_min: smallest value of each channel, [channels].
        channel_max: largest value of each channel, [channels].
        limit: most channels to choose; besides, at most one channel in eight.
        ratio: shrink demanded for each channel, above 1.

    Returns:
        The chosen channels, ascending; often none.

    """
    channels = len(channel_min)
    limit = min(limit, channels // _CHANNELS_PER_OUTLIER)
    magnitude = np.maximum(np.abs(channel_min), np.abs(channel_max))
    order = np.argsort(-magnitude, kind="stable")
    widths = [
        max(float(channel_max[order[k:]].max()), 0.0)
        - min(float(channel_min[order[k:]].min()), 0.0)
        for k in range(limit + 1)
    ]
    chosen = 0
    while True:
        step = _next_step(widths[chosen:], ratio)
        if step == 0:
            return sorted(int(channel) for channel in order[:chosen])
        chosen += step


def _next_step(widths: list[float], ratio: float) -> int:
    """Return the smallest k with widths[0] >= ratio**k * widths[k], or 0."""
    if widths[0] == 0:
        return 0
    return next((k for k in range(1, len(widths)) if widths[0] >= ratio**k * widths[k]), 0)
