"""Two models' scores on the same rows: how much they differ, and whether that is chance."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from edgebert.evaluation.measure import Columns, Measure, Metric, Scores
from edgebert.evaluation.ranks import binomial_test

RESAMPLES = 1000
LOW, HIGH = 0.025, 0.975  # the quantiles that hold 95 % between them


@dataclass(frozen=True)
class Difference:
    """A figure minus the reference's, and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class McNemar:
    """McNemar's exact test on the rows that only one of two models has right.

    Attributes:
        only_reference: rows that only the reference has right.
        only_this: rows that only this model has right.
        p: the probability of a split at least so uneven if both were equally good.

    """

    only_reference: int
    only_this: int
    p: float


@dataclass(frozen=True)
class Comparison:
    """One model's scores against the reference's.

    Attributes:
        agreement: how far the answers are the same, 1 for all; None where it is not defined.
        differences: by metric, this model's figure minus the reference's; None where the rows do
            not define the figure.
        mcnemar: the test; None where answers are right by degree.

    """

    agreement: float | None
    differences: Mapping[str, Difference | None]
    mcnemar: McNemar | None


def compare(measure: Measure, these: Scores, reference: Scores, seed: int) -> Comparison:
    """Compare two models' scores on the same rows.

    Args:
        measure: what the scores are of.
        these: one model's.
        reference: the other's, rows in the same order.
        seed: of the bootstrap.

    """
    return Comparison(
        agreement=defined(measure.agreement(these, reference)),
        differences={
            name: paired_bootstrap(metric, these.columns, reference.columns, seed)
            for name, metric in measure.metrics.items()
        },
        mcnemar=mcnemar(measure, these.columns, reference.columns),
    )


def paired_bootstrap(
    metric: Metric, these: Columns, reference: Columns, seed: int
) -> Difference | None:
    """Estimate how sure a difference is: the percentile interval over resampled rows.

    Each resample draws as many rows as there are, with replacement, and takes the same rows of
    both models (Efron and Tibshirani 1993, chapter 13). A figure such as macro F1 is biased under
    resampling; the interval is widened to the difference itself where that falls beside it.
    Resamples that do not define the figure are left out.

    Args:
        metric: the figure.
        these: one model's columns.
        reference: the other's, rows in the same order.
        seed: of the draws; the same seed draws the same rows.

    Returns:
        The difference with its 95 % interval; None where the rows do not define it.

    """
    value = metric(these) - metric(reference)
    if np.isnan(value):
        return None
    rows = len(next(iter(these.values())))
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(RESAMPLES):
        drawn = generator.integers(rows, size=rows)
        found.append(metric(_take(these, drawn)) - metric(_take(reference, drawn)))
    differences = np.array([value, *found])
    low, high = np.nanquantile(differences, [LOW, HIGH])
    return Difference(value, min(float(low), value), max(float(high), value))


def mcnemar(measure: Measure, these: Columns, reference: Columns) -> McNemar | None:
    """Test whether one of two models has more rows right than chance explains (McNemar 1947).

    The p-value is that of the exact binomial test on the rows that only one of them has right.

    Returns:
        The counts and the p-value; None where the measure's answers are right by degree.

    """
    right, others = measure.correct(these), measure.correct(reference)
    if right is None or others is None:
        return None
    only_reference, only_this = int((others & ~right).sum()), int((right & ~others).sum())
    p = binomial_test(only_this, only_reference + only_this)
    return McNemar(only_reference, only_this, p)


def defined(value: float) -> float | None:
    """Return a figure, or None for one that is not a number."""
    return None if np.isnan(value) else value


def _take(columns: Columns, rows: np.ndarray) -> Columns:
    return {name: column[rows] for name, column in columns.items()}
