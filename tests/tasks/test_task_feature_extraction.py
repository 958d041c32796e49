"""Embeddings are normalised as torch does it, token states are those of transformers."""

import numpy as np
import pytest
import torch
from fixtures_checkpoints import random_module
from reference_models import MAX_LENGTH, OURS, answer, reference_pipeline

from edgebert.errors import EdgebertError
from edgebert.tasks import Request
from edgebert.tasks.feature_extraction import FeatureExtraction


def embedding_task(normalize):
    return FeatureExtraction(
        OURS, MAX_LENGTH, output="sentence_embedding", pooled=True, normalize=normalize
    )


@pytest.mark.parametrize("vector", [[3.0, -4.0], [0.0, 0.0], [1e-20, 0.0], [1e10, 1e10]])
def test_normalisation_equals_torch(vector):
    task = embedding_task(normalize=True)
    values = np.array(vector, np.float32)
    found = task.decode(task.encode(Request("play")), [{"sentence_embedding": values}])
    expected = torch.nn.functional.normalize(torch.tensor(values), dim=0).numpy()
    assert found.embedding.dtype == np.float32
    np.testing.assert_allclose(found.embedding, expected, rtol=1e-6)


def test_without_normalisation_the_embedding_stays():
    task = embedding_task(normalize=False)
    values = np.array([3, -4], np.float32)
    found = task.decode(task.encode(Request("a " * 90)), [{"sentence_embedding": values}])
    assert found.to_json() == {"truncated": True, "embedding": [3.0, -4.0]}


def test_token_states_equal_transformers():
    model = random_module("SqueezeBertModel")
    task = FeatureExtraction(
        OURS, MAX_LENGTH, output="last_hidden_state", pooled=False, normalize=False
    )
    text = "turn ON the Lighting"
    found = answer(task, model, Request(text))
    expected = reference_pipeline("feature-extraction", model)(text)[0]
    np.testing.assert_allclose(found.states, expected, atol=1e-5)
    assert found.tokens == ("[CLS]", "turn", "on", "the", "light", "##ing", "[SEP]")


def test_a_pair_is_refused():
    with pytest.raises(EdgebertError, match="feature-extraction: found a second text"):
        embedding_task(normalize=True).encode(Request("one", "two"))
