"""Figures that depend on the order of numbers only."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgebert.errors import EdgebertError


def area_under_curve(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve.

    It is the share of (positive, negative) pairs in which the positive row has the higher score;
    equal scores count half (Mann and Whitney's U over the number of pairs).

    Args:
        scores: [rows].
        positive: bool [rows].

    Returns:
        0 to 1; not a number where all rows are of one kind.

    """
    count = int(positive.sum())
    pairs = count * (len(scores) - count)
    if not pairs:
        return float("nan")
    ranks = _scipy_stats().rankdata(scores)
    return float((ranks[positive].sum() - count * (count + 1) / 2) / pairs)


def rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return Spearman's correlation of two [rows]; not a number where one of them is constant."""
    stats = _scipy_stats()
    ranks = [stats.rankdata(values) for values in (one, other)]
    first, second = (values - values.mean() for values in ranks)
    lengths = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / lengths if lengths > 0 else float("nan")


def binomial_test(successes: int, trials: int) -> float:
    """Return the p-value of the exact two-sided binomial test against one half."""
    return float(_scipy_stats().binomtest(successes, trials).pvalue) if trials else 1.0


def _scipy_stats() -> Any:
    """Import scipy where it is needed, so that the other figures work without it."""
    try:
        from scipy import stats
    except ModuleNotFoundError as error:
        raise EdgebertError(
            "evaluate needs the package scipy: pip install 'edgebert[evaluate]'"
        ) from error
    return stats
