"""A bundle answers as transformers does: exported to ONNX, in fp32, on ONNX Runtime."""

import dataclasses

import numpy as np
import pytest
from reference_models import OURS, answer, reference_pipeline
from task_bundles import BUCKETS, tiny_bundle

import edgebert
from edgebert.tasks import Request, task_for

TEXT = "What is the lighting in Zürich?"
REQUESTS = {
    "text-classification": [Request(TEXT), Request(TEXT, "play it"), Request("a " * 99, "b " * 99)],
    "token-classification": [Request(TEXT), Request(""), Request("play " * 99)],
    "intent-and-slots": [Request(TEXT), Request("", top_k=1), Request("play " * 99)],
    "question-answering": [
        Request("what is on?", "the light is on."),
        Request("what is on?", "turn the light on, " * 20 + "in Zürich"),
    ],
    "fill-mask": [Request("turn [MASK] the [MASK]!", top_k=3)],
    "multiple-choice": [Request(TEXT, choices=("the weather", "", "playing " * 50))],
}


def assert_same(found, expected):
    """Compare two answers, numbers within 1e-5."""
    if dataclasses.is_dataclass(found):
        assert type(found) is type(expected)
        for field in dataclasses.fields(found):
            assert_same(getattr(found, field.name), getattr(expected, field.name))
    elif isinstance(found, tuple):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
    elif isinstance(found, float):
        assert found == pytest.approx(expected, abs=1e-5)
    else:
        assert found == expected


@pytest.mark.parametrize("task", REQUESTS)
def test_answers_equal_those_of_the_checkpoint(task, tmp_path_factory):
    bundle = tiny_bundle(task, tmp_path_factory)
    pipeline = edgebert.load(bundle.root)
    reference = task_for(pipeline.bundle.manifest, OURS)
    for request in REQUESTS[task]:
        assert_same(pipeline.run(request).answer, answer(reference, bundle.model, request))


def test_labels_equal_transformers_pipeline(tmp_path_factory):
    bundle = tiny_bundle("text-classification", tmp_path_factory)
    expected = reference_pipeline("text-classification", bundle.model)(TEXT, top_k=4)
    found = edgebert.load(bundle.root)(TEXT).to_json()["labels"]
    assert [item["label"] for item in found] == [item["label"] for item in expected]
    np.testing.assert_allclose(
        [item["score"] for item in found], [item["score"] for item in expected], atol=1e-5
    )


def test_embeddings_equal_the_mean_of_the_token_states(tmp_path_factory):
    bundle = tiny_bundle("feature-extraction", tmp_path_factory)
    states = np.array(reference_pipeline("feature-extraction", bundle.model)(TEXT)[0])
    found = edgebert.load(bundle.root, mode="fp32")(TEXT)
    np.testing.assert_allclose(found.embedding, states.mean(axis=0), atol=1e-5)


def test_a_reply_tells_tokens_and_buckets(tmp_path_factory):
    bundle = tiny_bundle("question-answering", tmp_path_factory)
    pipeline = edgebert.load(bundle.root)
    reply = pipeline.run(Request("what is on?", "the light " * 20))
    encoded = task_for(pipeline.bundle.manifest, OURS).encode(
        Request("what is on?", "the light " * 20)
    )
    assert reply.tokens == tuple(len(window) for window in encoded.encodings)
    assert len(reply.tokens) > 1
    assert all(
        tokens <= bucket and bucket == min(size for size in BUCKETS if size >= tokens)
        for tokens, bucket in zip(reply.tokens, reply.buckets, strict=True)
    )
