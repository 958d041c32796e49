"""Expected outputs of the self-test: a sample of an array, and how far another array is from it."""

import math

import numpy as np
from numpy.typing import NDArray

from edgebert.bundle.manifest import StoredOutput
from edgebert.engines.session import Float32Array
from edgebert.errors import CheckFailedError

SIGNIFICANT_DIGITS = 9  # enough for every float32 to come back exactly


def store_output(name: str, array: Float32Array, *, limit: int = 1024) -> StoredOutput:
    """Make the stored form of an expected output.

    The stride has no factor in common with the last axis, so the sample meets every channel and
    not the same few at each token.

    Args:
        name: the output's name.
        array: float32 [1, ...], what the graph answered, without padding.
        limit: most values that are stored.

    Raises:
        CheckFailedError: a value is infinite or not a number.

    """
    if not np.isfinite(array).all():
        raise CheckFailedError(
            f"output {name}: holds values that are not finite; the graph cannot be exported so: "
            "try another checkpoint, or --mode fp32 to see where they come from"
        )
    stride = max(1, math.ceil(array.size / limit))
    while math.gcd(stride, array.shape[-1]) > 1:
        stride += 1
    sample = array.reshape(-1)[::stride]
    return StoredOutput(
        name=name,
        shape=array.shape,
        stride=stride,
        values=tuple(float(f"{value:.{SIGNIFICANT_DIGITS}g}") for value in sample.tolist()),
    )


def deviation(got: Float32Array, stored: StoredOutput) -> float:
    """Return the relative deviation ||got - expected|| / ||expected|| over the stored sample.

    Args:
        got: an output without padding, of the expected shape.
        stored: what it is to be.

    Returns:
        0 or more; infinity for another shape, and where a value is not a number.

    """
    if got.shape != stored.shape or stored.stride < 1:
        return math.inf
    sample = got.reshape(-1)[:: stored.stride].astype(np.float64)
    with np.errstate(over="ignore"):  # what float32 cannot hold is infinite, and caught below
        expected = np.asarray(stored.values, dtype=np.float32).astype(np.float64)
    comparable = sample.shape == expected.shape and np.isfinite([sample, expected]).all()
    return _ratio(sample - expected, expected) if comparable else math.inf


def _ratio(difference: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    distance, length = float(np.linalg.norm(difference)), float(np.linalg.norm(expected))
    if length == 0.0:
        return 0.0 if distance == 0.0 else math.inf
    return distance / length
