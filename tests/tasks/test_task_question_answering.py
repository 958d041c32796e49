"""Answers are the best spans by transformers' own selection, over all windows of a context.

transformers 5 has no question-answering pipeline; its selection of spans lives on for documents.
"""

import numpy as np
import pytest
from fixtures_checkpoints import random_module
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_models import MAX_LENGTH, OURS, THEIRS, answer
from transformers.pipelines.document_question_answering import select_starts_ends

from edgebert.errors import EdgebertError
from edgebert.tasks import Request
from edgebert.tasks.question_answering import QuestionAnswering

TASK = QuestionAnswering(OURS, MAX_LENGTH)
QUESTION = "what is on?"
WORDS = ("turn", "lighting", "playing.", "Zürich", "x", "-", "a", "in", "weather?", "\U0001f600")


@pytest.fixture(scope="module")
def model():
    return random_module("SqueezeBertForQuestionAnswering")


def reference(model, question, context):
    """The best span by transformers: (start, end, score) in characters of the context."""
    stride = (MAX_LENGTH - 3 - len(THEIRS.tokenize(question))) // 2
    windows = THEIRS(
        question,
        context,
        max_length=MAX_LENGTH,
        truncation="only_second",
        stride=stride,
        return_overflowing_tokens=True,
    )
    found = []
    for number, window in enumerate(windows.encodings):
        batch = THEIRS.pad(
            {name: [windows[name][number]] for name in ("input_ids", "token_type_ids")},
            return_tensors="pt",
        )
        result = model(**batch)
        not_answer = np.array([[0 if part == 1 else 1 for part in window.sequence_ids]])
        not_answer[0, 0] = 0  # as the pipelines do: [CLS] takes part in the softmax
        starts, ends, scores, _ = select_starts_ends(
            result.start_logits.numpy(),
            result.end_logits.numpy(),
            not_answer,
            np.ones_like(not_answer),
        )
        for first, last, score in zip(starts, ends, scores, strict=True):
            begin = window.word_to_chars(window.token_to_word(first), 1)[0]
            end = window.word_to_chars(window.token_to_word(last), 1)[1]
            found.append((begin, end, float(score)))
    return max(found, key=lambda span: span[2])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60))
def test_spans_equal_transformers(model, words):
    context = "  ".join(words)
    start, end, score = reference(model, QUESTION, context)
    found = answer(TASK, model, Request(QUESTION, context))
    assert (found.start, found.end) == (start, end)
    assert found.text == context[start:end]
    assert found.score == pytest.approx(score, abs=1e-5)
    assert not found.truncated


def made_up(encoded, start, end):
    """Outputs in which one token, found by its text, is by far the likeliest start, one the end."""
    context, outputs = encoded.request.pair, []
    for window in encoded.encodings:
        logits = {name: np.zeros(len(window), np.float32) for name in ("start", "end")}
        for at, (begin, stop) in enumerate(window.offsets):
            if window.sequence_ids[at] == 1:
                logits["start"][at] += 20 * (context[begin:stop] == start)
                logits["end"][at] += 20 * (context[begin:stop] == end)
        outputs.append({f"{name}_logits": values for name, values in logits.items()})
    return outputs


def test_an_answer_deep_in_a_long_context():
    context = "the light is on. " * 300 + "Zoë: play it in 7 days! " + "turn it on. " * 300
    encoded = TASK.encode(Request(QUESTION, context))
    found = TASK.decode(encoded, made_up(encoded, "play", "7"))
    assert (found.text, found.truncated) == ("play it in 7", False)
    assert context[found.start : found.end] == found.text
    assert found.score > 0.99


def test_an_answer_is_widened_to_whole_words():
    encoded = TASK.encode(Request(QUESTION, "it is Lightest in Zürich, they say"))
    found = TASK.decode(encoded, made_up(encoded, "est", "Z"))
    assert found.text == "Lightest in Zürich"


def test_no_answer_is_longer_than_fifteen_tokens():
    context = "turn " + "a " * 14 + "play"
    encoded = TASK.encode(Request(QUESTION, context))
    assert TASK.decode(encoded, made_up(encoded, "turn", "play")).score < 0.1
    context = "turn " + "a " * 13 + "play"
    encoded = TASK.encode(Request(QUESTION, context))
    assert TASK.decode(encoded, made_up(encoded, "turn", "play")).text == context


def test_an_answer_never_runs_backwards():
    encoded = TASK.encode(Request(QUESTION, "play the light"))
    assert TASK.decode(encoded, made_up(encoded, "light", "play")).score < 0.1


@pytest.mark.parametrize("context", ["", "   ", "\u200b"])
def test_an_empty_context_has_an_empty_answer(model, context):
    found = answer(TASK, model, Request(QUESTION, context))
    assert found.to_json() == {
        "truncated": False,
        "text": "",
        "score": 0.0,
        "start": 0,
        "end": 0,
    }


def test_a_question_is_cut_to_half_of_the_input(model):
    encoded = TASK.encode(Request("what is " * 5000, "the light is on " * 30))
    assert encoded.truncated
    for window in encoded.encodings:
        assert len(window) <= MAX_LENGTH
        assert window.sequence_ids.count(0) == (MAX_LENGTH - 3) // 2
    assert answer(TASK, model, encoded.request).truncated


def test_every_token_of_the_context_is_in_a_window():
    context = "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 8
    encoded = TASK.encode(Request(QUESTION, context))
    seen = {
        offsets
        for window in encoded.encodings
        for offsets, part in zip(window.offsets, window.sequence_ids, strict=True)
        if part == 1
    }
    assert seen == {(at, at + 1) for at in range(0, len(context), 2)}


def test_a_question_without_context_is_refused():
    with pytest.raises(EdgebertError, match="found a question without a context"):
        TASK.encode(Request(QUESTION))
