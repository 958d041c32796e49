"""Several labels a text: the scores of transformers' pipeline, and the answer by the threshold."""

import numpy as np
import pytest
from reference_models import MAX_LENGTH, OURS, answer, labelled_module, reference_pipeline

from edgebert.tasks import Request
from edgebert.tasks.scores import sigmoid
from edgebert.tasks.text_classification import TextClassification

LABELS = ("negative", "neutral", "positive", "mixed", "other", "none", "[bold]")
TEXTS = ("turn on the light", "What IS the weather in Zürich?", "", "play", "x" * 30, "a " * 500)


@pytest.fixture(scope="module")
def model():
    made = labelled_module("SqueezeBertForSequenceClassification", *LABELS)
    made.config.problem_type = "multi_label_classification"
    return made


@pytest.fixture(scope="module")
def task():
    return TextClassification(OURS, MAX_LENGTH, LABELS, threshold=0.6)


def pairs(labels):
    return [(one.label, one.score) for one in labels]


@pytest.mark.parametrize("text", TEXTS)
def test_scores_equal_transformers(model, task, text):
    expected = reference_pipeline("text-classification", model)(text, top_k=None, truncation=True)
    found = answer(task, model, Request(text, top_k=len(LABELS))).labels
    assert [one.label for one in found] == [one["label"] for one in expected]
    np.testing.assert_allclose(
        [one.score for one in found], [one["score"] for one in expected], atol=1e-5
    )
    assert sum(one.score for one in found) != pytest.approx(1, abs=0.01)


def test_the_answer_has_all_labels_from_the_threshold_on(model, task):
    counts = set()
    for text in TEXTS:
        every = answer(task, model, Request(text, top_k=len(LABELS))).labels
        found = answer(task, model, Request(text)).labels
        assert pairs(found) == [pair for pair in pairs(every) if pair[1] >= 0.6]
        counts.add(len(found))
    assert counts - {0, len(LABELS)}


def decoded(task, logits, **request):
    encoded = task.encode(Request("play", **request))
    return task.decode(encoded, [{"logits": np.array(logits, np.float32)}]).labels


def test_none_one_and_all(task):
    assert decoded(task, [-3] * 7) == ()
    assert [one.label for one in decoded(task, [-3, -3, 4, -3, -3, -3, -3])] == ["positive"]
    assert [one.label for one in decoded(task, [4] * 7)] == list(LABELS)
    assert [one.label for one in decoded(task, [-3, -4, -2, -4, -4, -4, -4], top_k=2)] == [
        "positive",
        "negative",
    ]


def test_the_threshold_itself_is_enough():
    half = TextClassification(OURS, MAX_LENGTH, ("spam",), threshold=0.5)
    assert pairs(decoded(half, [0.0])) == [("spam", 0.5)]
    assert decoded(half, [-1e-3]) == ()


def test_sigmoids_of_any_size():
    found = sigmoid(np.array([-2e38, -1.5, 0.0, 1.5, 2e38], np.float32))
    assert found == pytest.approx([0, 0.182425523, 0.5, 0.817574476, 1])
