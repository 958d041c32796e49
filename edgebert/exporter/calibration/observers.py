"""The observers: how a site's range comes out of what the passes over the texts saw."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration.clipping import entropy_range, mse_range, percentile_range
from edgebert.exporter.calibration.histogram import Histogram
from edgebert.exporter.calibration.ranges import ChannelRanges, MinMaxRanges, MovingAverageRanges
from edgebert.exporter.calibration.table import Range


@dataclass(frozen=True)
class Observer:
    """A way to get ranges.

    Attributes:
        ranges: makes the running ranges of a tensor with so many channels.
        clip: gives the range from the histogram of one more pass; None where the running ranges
            are the result.

    """

    ranges: Callable[[int], ChannelRanges]
    clip: Callable[[Histogram], Range] | None = None


OBSERVERS: Mapping[str, Observer] = MappingProxyType(
    {
        "minmax": Observer(MinMaxRanges),
        "moving_average": Observer(MovingAverageRanges),
        "percentile": Observer(MinMaxRanges, percentile_range),
        "entropy": Observer(MinMaxRanges, entropy_range),
        "mse": Observer(MinMaxRanges, mse_range),
    }
)


def find_observer(name: str) -> Observer:
    """Return the observer of a name.

    Raises:
        EdgebertError: no observer has this name.

    """
    if name not in OBSERVERS:
        raise EdgebertError(f"unknown observer {name!r}, expected one of {', '.join(OBSERVERS)}")
    return OBSERVERS[name]
