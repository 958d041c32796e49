"""Zero-shot classification gives the labels and scores of transformers' pipeline."""

from types import SimpleNamespace

import numpy as np
import pytest
from msgspec import UNSET
from reference_models import MAX_LENGTH, OURS, answer, labelled_module, reference_pipeline

from edgebert.errors import EdgebertError
from edgebert.tasks import Request
from edgebert.tasks.zero_shot import zero_shot_task

NLI = ("contradiction", "neutral", "entailment")
CANDIDATES = ("weather", "light", "music, playing")
TEXTS = ("turn on the light", "What IS the weather in Zürich?", "", "a " * 500)


def manifest(labels=NLI, task="text-classification", threshold=UNSET):
    """What the task reads of a manifest."""
    return SimpleNamespace(
        task=task, labels=labels, label_threshold=threshold, buckets=(MAX_LENGTH,)
    )


@pytest.mark.parametrize("labels", [NLI, ("ENTAILMENT", "not"), ("no", "Entailed", "maybe")])
@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("hypothesis", ["This example is {}.", "is it {}?"])
def test_scores_equal_transformers(labels, multi_label, hypothesis):
    model = labelled_module("SqueezeBertForSequenceClassification", *labels)
    theirs = reference_pipeline("zero-shot-classification", model)
    for candidates in (CANDIDATES, CANDIDATES[:1]):
        task = zero_shot_task(
            manifest(labels), OURS, candidates, hypothesis=hypothesis, multi_label=multi_label
        )
        for text in TEXTS:
            if not text:  # transformers refuses an empty text
                continue
            expected = theirs(
                text, list(candidates), hypothesis_template=hypothesis, multi_label=multi_label
            )
            found = answer(task, model, Request(text))
            assert [one.label for one in found.labels] == expected["labels"]
            np.testing.assert_allclose(
                [one.score for one in found.labels], expected["scores"], atol=1e-5
            )
            assert found.truncated == (len(text) > 100)


def test_an_empty_text_is_answered():
    model = labelled_module("SqueezeBertForSequenceClassification", *NLI)
    found = answer(zero_shot_task(manifest(), OURS, CANDIDATES), model, Request("")).labels
    assert sum(one.score for one in found) == pytest.approx(1)


def test_top_k():
    model = labelled_module("SqueezeBertForSequenceClassification", *NLI)
    task = zero_shot_task(manifest(), OURS, CANDIDATES)
    every = answer(task, model, Request("play")).labels
    assert len(every) == 3
    assert answer(task, model, Request("play", top_k=2)).labels == every[:2]


@pytest.mark.parametrize(
    ("bundle", "candidates", "options", "message"),
    [
        (
            manifest(("no", "yes")),
            "ab",
            {},
            "zero-shot: the bundle is for text-classification with",
        ),
        (manifest(("entailment",)), "ab", {}, "expected a text classifier of pairs"),
        (manifest(task="fill-mask", labels=()), "ab", {}, "the bundle is for fill-mask with no"),
        (manifest(threshold=0.5), "ab", {}, "expected a text classifier of pairs"),
        (manifest(), (), {}, "labels: found an empty one or none"),
        (manifest(), ("a", " "), {}, "labels: found an empty one or none"),
        (manifest(), "aba", {}, "labels: found one twice in a, b, a"),
        (manifest(), "ab", {"hypothesis": "This is it."}, "hypothesis: found 'This is it.'"),
        (manifest(), "ab", {"hypothesis": "{} is {}"}, "expected a text with one {} where"),
    ],
)
def test_what_cannot_be_asked_is_refused(bundle, candidates, options, message):
    with pytest.raises(EdgebertError, match=r"^[^\n]*$") as raised:
        zero_shot_task(bundle, OURS, tuple(candidates), **options)
    assert message in str(raised.value)


def test_a_hypothesis_is_never_cut():
    task = zero_shot_task(manifest(), OURS, ("a " * 60,))
    with pytest.raises(EdgebertError, match="truncation only_first"):
        task.encode(Request("play"))
    with pytest.raises(EdgebertError, match="zero-shot-classification: found a second text"):
        zero_shot_task(manifest(), OURS, CANDIDATES).encode(Request("play", "it"))
