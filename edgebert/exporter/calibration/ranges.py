"""Running ranges of every channel, in the memory of one row."""

from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch

# Weight of the newest text in a moving average, as in torch.ao's MovingAverageMinMaxObserver.
AVERAGING_CONSTANT = 0.01


class ChannelRanges(Protocol):
    """Ranges of a tensor's channels, updated once a text.

    Attributes:
        minimum: float64 [channels].
        maximum: float64 [channels].
        texts: number of updates.

    """

    minimum: npt.NDArray[np.float64]
    maximum: npt.NDArray[np.float64]
    texts: int

    def update(self, values: torch.Tensor) -> None:
        """Take one text's values, [rows, channels] with at least one row."""


class MinMaxRanges:
    """The smallest and largest value of each channel over all texts."""

    def __init__(self, channels: int) -> None:
        self.minimum = np.full(channels, np.inf)
        self.maximum = np.full(channels, -np.inf)
        self.texts = 0

    def update(self, values: torch.Tensor) -> None:
        """Take one text's values, [rows, channels] with at least one row."""
        low, high = _extremes(values)
        self.minimum = np.minimum(self.minimum, low)
        self.maximum = np.maximum(self.maximum, high)
        self.texts += 1


class MovingAverageRanges:
    """The exponential moving average of each text's smallest and largest value, by channel.

    The first 1 / `AVERAGING_CONSTANT` texts are averaged evenly, or the first one alone would
    still weigh over a third after them.
    """

    def __init__(self, channels: int) -> None:
        self.minimum = np.zeros(channels)
        self.maximum = np.zeros(channels)
        self.texts = 0

    def update(self, values: torch.Tensor) -> None:
        """Take one text's values, [rows, channels] with at least one row."""
        low, high = _extremes(values)
        self.texts += 1
        weight = max(AVERAGING_CONSTANT, 1 / self.texts)
        self.minimum += weight * (low - self.minimum)
        self.maximum += weight * (high - self.maximum)


def _extremes(values: torch.Tensor) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    low, high = values.aminmax(dim=0)
    return low.double().numpy(), high.double().numpy()
