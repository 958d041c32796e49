"""Text classification gives the labels and scores of transformers' pipeline."""

import numpy as np
import pytest
from reference_models import MAX_LENGTH, OURS, answer, labelled_module, reference_pipeline

from edgebert.errors import EdgebertError
from edgebert.tasks import Request
from edgebert.tasks.text_classification import TextClassification

LABELS = ("negative", "neutral", "positive", "mixed", "other", "none", "[bold]")
TEXTS = ("turn on the light", "What IS the weather in Zürich?", "", "play", "x" * 30, "a " * 500)


@pytest.fixture(scope="module")
def model():
    return labelled_module("SqueezeBertForSequenceClassification", *LABELS)


@pytest.fixture(scope="module")
def task():
    return TextClassification(OURS, MAX_LENGTH, LABELS)


@pytest.mark.parametrize("text", TEXTS)
def test_scores_equal_transformers(model, task, text):
    expected = reference_pipeline("text-classification", model)(
        text, top_k=len(LABELS), truncation=True
    )
    found = answer(task, model, Request(text, top_k=len(LABELS)))
    assert [item.label for item in found.labels] == [item["label"] for item in expected]
    np.testing.assert_allclose(
        [item.score for item in found.labels], [item["score"] for item in expected], atol=1e-5
    )


@pytest.mark.parametrize(("first", "second"), [("what is on", "the light is on"), ("a " * 60, "b")])
def test_pairs_equal_transformers(model, task, first, second):
    expected = reference_pipeline("text-classification", model)(
        {"text": first, "text_pair": second}, truncation=True, top_k=1
    )[0]
    found = answer(task, model, Request(first, second, top_k=1)).labels
    assert [item.label for item in found] == [expected["label"]]
    assert found[0].score == pytest.approx(expected["score"], abs=1e-5)


@pytest.mark.parametrize(
    ("text", "truncated"),
    [("a " * (MAX_LENGTH - 2), False), ("a " * (MAX_LENGTH - 1), True), ("", False)],
)
def test_says_whether_the_text_was_cut(model, task, text, truncated):
    assert answer(task, model, Request(text)).truncated is truncated


@pytest.mark.parametrize(("top_k", "count"), [(None, 5), (1, 1), (3, 3), (100, 7)])
def test_top_k(model, task, top_k, count):
    found = answer(task, model, Request("play", top_k=top_k)).labels
    assert len(found) == count
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)


def test_one_label_is_a_raw_score(task):
    regression = TextClassification(OURS, MAX_LENGTH, ("quality",))
    encoded = regression.encode(Request("play"))
    found = regression.decode(encoded, [{"logits": np.array([-3.5], np.float32)}])
    assert found.to_json() == {"truncated": False, "labels": [{"label": "quality", "score": -3.5}]}


def test_equal_scores_keep_the_order_of_labels(task):
    found = task.decode(task.encode(Request("")), [{"logits": np.zeros(7, np.float32)}])
    assert [item.label for item in found.labels] == list(LABELS[:5])


def test_labels_of_another_model_are_refused(task):
    with pytest.raises(EdgebertError, match="names 7 but the model scores 2"):
        task.decode(task.encode(Request("play")), [{"logits": np.zeros(2, np.float32)}])


def test_choices_are_refused(task):
    with pytest.raises(EdgebertError, match="text-classification: found 2 choices"):
        task.encode(Request("play", choices=("a", "b")))


@pytest.mark.parametrize("top_k", [0, -1])
def test_top_k_below_one_is_refused(top_k):
    with pytest.raises(EdgebertError, match="top_k"):
        Request("play", top_k=top_k)
