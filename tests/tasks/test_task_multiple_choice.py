"""Multiple choice ranks choices by the softmax that transformers' head is trained with."""

import pytest
import torch
from fixtures_checkpoints import random_module
from reference_models import MAX_LENGTH, OURS, THEIRS, answer

from edgebert.errors import EdgebertError
from edgebert.tasks import Request
from edgebert.tasks.multiple_choice import MultipleChoice

TASK = MultipleChoice(OURS, MAX_LENGTH)
CHOICES = ("turn on the light", "play", "what is the weather in Zürich", "", "a " * 90)


@pytest.fixture(scope="module")
def model():
    return random_module("SqueezeBertForMultipleChoice")


@pytest.mark.parametrize("prompt", ["what is on?", "", "the " * 90])
def test_scores_equal_transformers(model, prompt):
    batch = THEIRS(
        [prompt] * len(CHOICES),
        list(CHOICES),
        truncation=True,
        padding=True,
        max_length=MAX_LENGTH,
        return_tensors="pt",
    )
    logits = model(**{name: value[None] for name, value in batch.items()}).logits[0]
    expected = torch.softmax(logits, dim=0)
    found = answer(TASK, model, Request(prompt, choices=CHOICES))
    assert [choice.index for choice in found.choices] == torch.argsort(-expected).tolist()
    for choice in found.choices:
        assert choice.text == CHOICES[choice.index]
        assert choice.score == pytest.approx(float(expected[choice.index]), abs=1e-5)
    assert found.truncated


@pytest.mark.parametrize("choices", [(), ("only one",)])
def test_fewer_than_two_choices_are_refused(choices):
    with pytest.raises(EdgebertError, match=f"found {len(choices)} choices, expected two or more"):
        TASK.encode(Request("what is on?", choices=choices))
