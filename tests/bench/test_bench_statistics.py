"""The figures against the definitions of numpy, scipy and the standard library."""

import statistics

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from edgebert.bench.statistics import (
    RESAMPLES,
    SEED,
    median_interval,
    paired_ratio,
    summarize,
)

TIMES = st.lists(st.floats(0.001, 1e4), min_size=1, max_size=80)


@settings(deadline=None)
@given(TIMES)
def test_figures_are_as_defined(values):
    found = summarize(values)
    assert found.n == len(values)
    assert found.minimum == min(values)
    assert found.median == pytest.approx(statistics.median(values))
    assert found.mean == pytest.approx(statistics.fmean(values))
    assert found.mad == pytest.approx(scipy.stats.median_abs_deviation(values))
    for share, figure in ((90, found.p90), (95, found.p95), (99, found.p99)):
        assert figure == pytest.approx(
            scipy.stats.scoreatpercentile(values, share, interpolation_method="fraction")
        )
    if len(values) > 1:
        assert found.deviation == pytest.approx(statistics.stdev(values), abs=1e-9)
    else:
        assert found.deviation is None


@settings(deadline=None)
@given(TIMES)
def test_the_interval_holds_the_median_and_repeats(values):
    found = median_interval(values)
    assert min(values) <= found.low <= found.high <= max(values)
    assert found.low <= found.median <= found.high
    assert found == median_interval(values)


def test_the_interval_is_scipys():
    values = np.random.default_rng(1).gamma(4, 2, 60)
    found = median_interval(values.tolist())
    theirs = scipy.stats.bootstrap(
        (values,),
        np.median,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)), min_size=1, max_size=40))
def test_ratios_go_pair_by_pair(pairs):
    values, reference = zip(*pairs, strict=True)
    found = paired_ratio(values, reference)
    assert found.median == pytest.approx(statistics.median(a / b for a, b in pairs))


def test_drift_that_hits_both_cancels_out():
    drift = np.linspace(1, 5, 41)
    found = paired_ratio((3 * drift).tolist(), (2 * drift).tolist())
    assert (found.low, found.median, found.high) == pytest.approx((1.5, 1.5, 1.5))
