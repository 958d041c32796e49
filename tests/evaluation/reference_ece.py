"""The expected calibration error as its definition says it, bin by bin."""

from collections.abc import Sequence


def expected_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 15) -> float:
    """Return the sum over bins of |accuracy - mean confidence|, by their shares of all answers."""
    error = 0.0
    for number in range(bins):
        inside = [k for k, c in enumerate(confidence) if number / bins < c <= (number + 1) / bins]
        if inside:
            accuracy = sum(right[k] for k in inside) / len(inside)
            mean = sum(confidence[k] for k in inside) / len(inside)
            error += len(inside) / len(confidence) * abs(accuracy - mean)
    return error
