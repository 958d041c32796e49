"""The metrics are the libraries' on any labels, and the intervals what they claim."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap, spearmanr
from seqeval.metrics.sequence_labeling import get_entities
from sklearn.metrics import f1_score, roc_auc_score

from edgebert.evaluation.answering import answer_words, exact_match, word_f1
from edgebert.evaluation.classification import OUT_OF_SCOPE, ClassificationMeasure, macro_f1
from edgebert.evaluation.comparison import compare, mcnemar, paired_bootstrap
from edgebert.evaluation.measure import Scores
from edgebert.evaluation.ranks import area_under_curve, rank_correlation
from edgebert.evaluation.rows import Row
from edgebert.evaluation.tagging import entities

MEASURE = ClassificationMeasure(tuple("abcdef"), out_of_scope=("oos",))
LABEL = st.integers(0, 5)
TAG = st.sampled_from(["O", "B-a", "I-a", "B-b", "I-b", "B-a-b", "I-a-b"])
# Few values, so that many are equal.
NUMBER = st.one_of(st.integers(-3, 3).map(float), st.floats(-10, 10))


@st.composite
def two_scores(draw):
    """Scores of two classifiers on the same rows, one or more of them in scope."""
    rows = draw(
        st.lists(st.tuples(st.integers(OUT_OF_SCOPE, 5), LABEL, LABEL, NUMBER, NUMBER), max_size=30)
    )
    rows.append((draw(LABEL), draw(LABEL), draw(LABEL), 0.5, 0.25))
    label, *both = np.array(rows, dtype=float).T
    return [
        Scores(
            {
                "label": label,
                "predicted": both[k],
                "confidence": both[2 + k],
                "probability": np.full(len(label), 0.5 + k / 4),
            },
            both[k].astype(object),
            0,
        )
        for k in (0, 1)
    ]


@given(st.lists(st.tuples(LABEL, LABEL), min_size=1))
def test_macro_f1_is_scikit_learns(pairs):
    own, predicted = np.array(pairs, dtype=float).T
    found = macro_f1({"label": own, "predicted": predicted})
    assert found == pytest.approx(f1_score(own, predicted, average="macro"))


@given(
    st.lists(st.tuples(st.integers(0, 4), st.permutations(range(4))), min_size=1),
    st.sets(st.sampled_from("abcd"), min_size=1, max_size=2),
)
def test_labels_of_the_models_own_out_of_scope_are_no_labels(rows, outside):
    """Rows are a label (the last is none of the model's) and logits, of which no two are equal."""
    measure = ClassificationMeasure(tuple("abcd"), out_of_scope=(*sorted(outside), "e"))
    scores = [
        measure.judge(
            np.array(logits, np.float32),
            measure.label_id(Row("row", {"label": "abcde"[label]})),
            False,
        ).values
        for label, logits in rows
    ]
    columns = dict(zip(measure.columns, np.array(scores).T, strict=True))
    found = {name: metric(columns) for name, metric in measure.metrics.items()}
    own = ["abcde"[label] for label, _ in rows]
    predicted = ["abcd"[int(np.argmax(logits))] for _, logits in rows]
    scope = [label not in outside | {"e"} for label in own]
    hits = [(a, b) for a, b, inside in zip(own, predicted, scope, strict=True) if inside]
    said = [b in outside for b, inside in zip(predicted, scope, strict=True) if not inside]
    assert found["out_of_scope_recall"] == pytest.approx(
        np.mean(said) if said else np.nan, nan_ok=True
    )
    if not hits:
        assert np.isnan(found["accuracy"])
        assert np.isnan(found["macro_f1"])
        return
    a, b = zip(*hits, strict=True)
    labels = sorted(set(a + b) - outside)
    assert found["accuracy"] == pytest.approx(np.mean([x == y for x, y in hits]))
    assert found["macro_f1"] == pytest.approx(f1_score(a, b, labels=labels, average="macro"))


@given(st.lists(st.tuples(NUMBER, st.booleans()), min_size=2))
def test_auroc_is_scikit_learns(pairs):
    scores, positive = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    found = area_under_curve(scores, positive)
    if positive.all() or not positive.any():
        assert np.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(positive, scores))


@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=2))
def test_rank_correlation_is_scipys(pairs):
    one, other = np.array(pairs).T
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of constant input
        expected = spearmanr(one, other).statistic
    assert rank_correlation(one, other) == pytest.approx(expected, nan_ok=True)


@given(st.lists(TAG))
def test_entities_are_seqevals(tags):
    assert entities(tags) == set(get_entities(tags))


# Each makes thousands of resamples.
@settings(max_examples=15, deadline=None)
@given(two_scores(), st.integers(0, 3))
def test_an_interval_holds_its_difference(scores, seed):
    these, reference = scores
    for name, difference in compare(MEASURE, these, reference, seed).differences.items():
        metric = MEASURE.metrics[name]
        value = metric(these.columns) - metric(reference.columns)
        if difference is None:
            assert np.isnan(value)
        else:
            assert difference.value == value
            assert difference.low <= value <= difference.high


# Each makes thousands of resamples.
@settings(max_examples=15, deadline=None)
@given(two_scores())
def test_equal_answers_do_not_differ(scores):
    same = compare(MEASURE, scores[0], scores[0], seed=0)
    assert same.agreement == 1
    assert (same.mcnemar.only_this, same.mcnemar.only_reference, same.mcnemar.p) == (0, 0, 1)
    for difference in same.differences.values():
        assert difference is None or (difference.value, difference.low, difference.high) == (
            0,
            0,
            0,
        )


@given(two_scores())
def test_mcnemar_counts_the_rows_that_one_alone_has_right(scores):
    these, reference = (its.columns for its in scores)
    found = mcnemar(MEASURE, these, reference)
    rows = [
        (label == one, label == other)
        for label, one, other in zip(
            these["label"], these["predicted"], reference["predicted"], strict=True
        )
        if label >= 0
    ]
    assert found.only_this == rows.count((True, False))
    assert found.only_reference == rows.count((False, True))
    assert 0 < found.p <= 1
    # Exchanged, the test says the same.
    assert mcnemar(MEASURE, reference, these).p == found.p


def test_mcnemar_of_a_textbook_split():
    # 1 against 9: twice the probability of at most 1 in 10 throws of a coin.
    ours = np.array([1.0] + [0.0] * 9)
    columns = {"label": np.ones(10), "predicted": ours, "confidence": ours}
    others = {**columns, "predicted": 1 - ours}
    assert mcnemar(MEASURE, columns, others).p == pytest.approx(2 * 11 / 2**10)


def test_the_interval_is_scipys():
    generator = np.random.default_rng(5)
    right = generator.random((2, 400)) < np.array([[0.9], [0.86]])
    one, other = (
        {"label": np.ones(400), "predicted": r.astype(float), "confidence": np.ones(400)}
        for r in right
    )
    found = paired_bootstrap(MEASURE.metrics["accuracy"], one, other, seed=0)
    difference = right[0].astype(float) - right[1]
    expected = bootstrap(
        (difference,), np.mean, method="percentile", n_resamples=20000, rng=generator
    ).confidence_interval
    assert found.value == pytest.approx(difference.mean())
    assert (found.low, found.high) == pytest.approx(tuple(expected), abs=0.006)


def test_the_seed_alone_decides_the_interval():
    generator = np.random.default_rng(6)
    columns = [{"f1": generator.random(50)} for _ in range(2)]

    def interval(seed):
        return paired_bootstrap(lambda its: its["f1"].mean(), *columns, seed)

    assert interval(1) == interval(1)
    assert interval(1) != interval(2)


@pytest.mark.parametrize(
    ("answer", "expected", "exact", "f1"),
    [
        ("The Eiffel Tower.", "eiffel  tower", 1, 1),
        ("in the Eiffel Tower", "Eiffel Tower", 0, 0.8),
        ("a an the", "!", 1, 1),
        ("", "Paris", 0, 0),
        ("1,000", "1000", 1, 1),
        ("theatre", "atre", 0, 0),
        ("red red blue", "red", 0, 0.5),
        ("no", "yes", 0, 0),
    ],
)
def test_answers_are_compared_as_squad_says(answer, expected, exact, f1):
    assert exact_match(answer, expected) == exact
    assert word_f1(answer, expected) == pytest.approx(f1)


def test_non_ascii_punctuation_stays():
    assert answer_words("„Ja“ the END…") == ["„ja“", "end…"]
