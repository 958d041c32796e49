"""Fill mask ranks the vocabulary as transformers' pipeline does."""

import numpy as np
import pytest
from fixtures_checkpoints import VOCABULARY, random_module
from reference_models import MAX_LENGTH, OURS, answer, reference_pipeline

from edgebert.errors import EdgebertError
from edgebert.tasks import Request
from edgebert.tasks.fill_mask import FillMask

TASK = FillMask(OURS, MAX_LENGTH)


@pytest.fixture(scope="module")
def model():
    return random_module("SqueezeBertForMaskedLM")


@pytest.mark.parametrize(
    "text",
    ["turn on the [MASK].", "[MASK]", "[MASK] is the [MASK] in Zürich", "a[MASK]b [mask] [MASK]"],
)
@pytest.mark.parametrize("top_k", [None, 1, 20])
def test_tokens_and_scores_equal_transformers(model, text, top_k):
    expected = reference_pipeline("fill-mask", model)(text, top_k=top_k)
    rows = expected if isinstance(expected[0], list) else [expected]
    found = answer(TASK, model, Request(text, top_k=top_k)).masks
    assert len(found) == len(rows)
    for mask, row in zip(found, rows, strict=True):
        assert text[mask.start : mask.end] == "[MASK]"
        assert [fill.token for fill in mask.fills] == [item["token_str"] for item in row]
        np.testing.assert_allclose(
            [fill.score for fill in mask.fills], [item["score"] for item in row], atol=1e-5
        )


def filled_with(token, text):
    """The text of the answer when one token is far likelier than all others."""
    encoded = TASK.encode(Request(text, top_k=1))
    logits = np.zeros((len(encoded.encodings[0]), len(VOCABULARY)), np.float32)
    logits[:, VOCABULARY.index(token)] = 9
    return [mask.fills[0].text for mask in TASK.decode(encoded, [{"logits": logits}]).masks]


def test_a_fill_stands_in_the_original_text():
    assert filled_with("light", "The  [MASK], Zoë!") == ["The  light, Zoë!"]
    assert filled_with("##ing", "turn [MASK] on") == ["turning on"]
    assert filled_with("on", "[MASK] and [MASK]") == ["on and [MASK]", "[MASK] and on"]


@pytest.mark.parametrize("text", ["", "no mask here", "[mask]", "\u200b"])
def test_a_text_without_mask_is_refused(text):
    with pytest.raises(EdgebertError, match=r"found no \[MASK\] in the text"):
        TASK.encode(Request(text))


def test_a_mask_that_was_cut_off_is_refused():
    with pytest.raises(EdgebertError, match=r"found no \[MASK\] in the first 40 tokens"):
        TASK.encode(Request("a " * 200 + "[MASK]"))
    assert TASK.encode(Request("[MASK]" + " a" * 200)).truncated
