"""The scales of one statically quantised linear, as an artifact stores them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ActivationScale:
    """How a whole tensor is quantised: real value = scale * (integer - zero_point)."""

    scale: float
    zero_point: int


@dataclass(frozen=True, eq=False)
class LinearScales:
    """Scales of a linear's input, output and weights.

    Attributes:
        input: of the int8 input.
        output: of the int8 output.
        weights: float32, one for each output channel, or a single one for all.
    """

    input: ActivationScale
    output: ActivationScale
    weights: NDArray[np.float32]
