"""Axes of plots: round values to mark, and where they lie."""

import math
from dataclasses import dataclass

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """A linear axis.

    Attributes:
        low: value at `start`.
        high: value at `end`, above `low`.
        start: place in the plot, in its units.
        end: place of `high`; smaller than `start` for an axis that goes up.
        step: between two ticks.
    """

    low: float
    high: float
    start: float
    end: float
    step: float

    def place(self, value: float) -> float:
        """Return where a value lies."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Return (place, label) of the marked values."""
        decimals = max(0, -math.floor(math.log10(self.step) + 1e-9))
        if round(self.step, decimals) != self.step:
            decimals += 1  # a step of 0.25
        count = round((self.high - self.low) / self.step)
        values = [self.low + number * self.step for number in range(count + 1)]
        return [(self.place(value), f"{value:z.{decimals}f}") for value in values]


def axis(low: float, high: float, start: float, end: float, *, ticks: int = 4) -> Axis:
    """Make an axis over a range of values, widened to round ends.

    Args:
        low: the smallest value.
        high: the largest; may be equal.
        start: place of the lower end.
        end: place of the upper end.
        ticks: about how many steps.
    """
    span = high - low or abs(high) or 1.0
    rough = span / ticks
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * step for step in STEPS if power * step >= rough * (1 - 1e-9))
    bottom = math.floor(low / step + 1e-9) * step
    top = math.ceil(high / step - 1e-9) * step
    return Axis(bottom, top if top > bottom else bottom + step, start, end, step)
