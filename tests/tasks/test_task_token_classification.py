"""Entities are those of transformers' pipeline with aggregation "simple"."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_models import (
    MAX_LENGTH,
    OURS,
    THEIRS,
    answer,
    labelled_module,
    reference_pipeline,
)
from transformers.pipelines.token_classification import AggregationStrategy

from edgebert.errors import EdgebertError
from edgebert.tasks import Request
from edgebert.tasks.token_classification import TokenClassification

LABELS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "E-ORG", "MISC", "B-O")
TASK = TokenClassification(OURS, MAX_LENGTH, LABELS)


@pytest.fixture(scope="module")
def pipeline():
    model = labelled_module("SqueezeBertForTokenClassification", *LABELS)
    return reference_pipeline("token-classification", model)


def check(found, expected, text):
    assert [(entity.label, entity.start, entity.end) for entity in found.entities] == [
        (entity["entity_group"], entity["start"], entity["end"]) for entity in expected
    ]
    np.testing.assert_allclose(
        [entity.score for entity in found.entities],
        [entity["score"] for entity in expected],
        atol=1e-5,
    )
    for entity in found.entities:
        assert entity.text == text[entity.start : entity.end]


@pytest.mark.parametrize(
    "text", ["play the weather in Zürich", "Ünïcode ② a-b", "", "  spaces\tall over ", "ab " * 90]
)
def test_entities_equal_transformers(pipeline, text):
    check(
        answer(TASK, pipeline.model, Request(text)),
        pipeline(text, aggregation_strategy="simple"),
        text,
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_labels_equal_transformers(pipeline, data):
    text = data.draw(st.text(alphabet="abé. playing", min_size=1, max_size=30))
    theirs = THEIRS(
        text,
        return_tensors="pt",
        return_offsets_mapping=True,
        return_special_tokens_mask=True,
        truncation=True,
    )
    tokens = theirs["input_ids"].shape[1]
    best = data.draw(st.lists(st.integers(0, len(LABELS) - 1), min_size=tokens, max_size=tokens))
    seed = data.draw(st.integers(0, 1000))
    logits = np.random.default_rng(seed).normal(size=(tokens, len(LABELS))).astype(np.float32)
    logits[np.arange(tokens), best] += 4
    reference = {**theirs, "logits": torch.tensor(logits)[None], "sentence": text}
    check(
        TASK.decode(TASK.encode(Request(text)), [{"logits": logits}]),
        pipeline.postprocess([reference], AggregationStrategy.SIMPLE),
        text,
    )


def test_a_long_text_is_cut():
    assert TASK.encode(Request("a " * 200)).truncated


def test_a_pair_is_refused():
    with pytest.raises(EdgebertError, match="token-classification: found a second text"):
        TASK.encode(Request("play", "it"))
