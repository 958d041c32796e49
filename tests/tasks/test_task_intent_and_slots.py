"""Intents are those of text classification and slots those of token classification, in one run."""

import numpy as np
import pytest
from reference_models import MAX_LENGTH, OURS

from edgebert.errors import EdgebertError
from edgebert.tasks import Request
from edgebert.tasks.intent_and_slots import IntentAndSlotFilling
from edgebert.tasks.text_classification import TextClassification
from edgebert.tasks.token_classification import TokenClassification

INTENTS = ("lights", "music", "alarm", "weather", "other", "none", "[bold]")
TAGS = ("O", "B-date", "I-date", "B-place", "I-place")
TASK = IntentAndSlotFilling(OURS, MAX_LENGTH, INTENTS, TAGS)
TEXTS = ("turn on the light", "What IS the weather in Zürich?", "", "  spaces\tall ", "ab " * 90)


def random_outputs(encoded, seed=0):
    rng = np.random.default_rng(seed)
    tokens = len(encoded.encodings[0])
    return {
        "intent_logits": 3 * rng.normal(size=len(INTENTS)).astype(np.float32),
        "slot_logits": 3 * rng.normal(size=(tokens, len(TAGS))).astype(np.float32),
    }


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("top_k", [None, 1, 100])
def test_both_are_answered_as_if_they_were_alone(text, top_k):
    request = Request(text, top_k=top_k)
    encoded = TASK.encode(request)
    outputs = random_outputs(encoded)
    found = TASK.decode(encoded, [outputs])
    classifier = TextClassification(OURS, MAX_LENGTH, INTENTS)
    tagger = TokenClassification(OURS, MAX_LENGTH, TAGS)
    labels = classifier.decode(encoded, [{"logits": outputs["intent_logits"]}])
    entities = tagger.decode(encoded, [{"logits": outputs["slot_logits"]}])
    assert (found.labels, found.entities) == (labels.labels, entities.entities)
    assert found.truncated is labels.truncated is (len(text) > 200)
    assert len(found.labels) == min(top_k or 5, len(INTENTS))


def test_a_command_in_one_answer():
    text = "weather in new york on monday"
    encoded = TASK.encode(Request(text, top_k=1))
    encoding = encoded.encodings[0]
    slots = np.zeros((len(encoding), len(TAGS)), np.float32)
    slots[:, TAGS.index("O")] = 50
    for position, (start, _) in enumerate(encoding.offsets):
        for kind, first, last in (("place", 11, 19), ("date", 23, 29)):
            if first <= start < last:
                tag = f"{'B' if start == first else 'I'}-{kind}"
                slots[position, TAGS.index(tag)] = 100
    intents = np.array([0, 0, 0, 50, 0, 0, 0], np.float32)
    answer = TASK.decode(encoded, [{"intent_logits": intents, "slot_logits": slots}]).to_json()
    for entity in answer["entities"]:
        assert entity.pop("score") == pytest.approx(1)
    assert answer == {
        "truncated": False,
        "labels": [{"label": "weather", "score": pytest.approx(1)}],
        "entities": [
            {"label": "place", "start": 11, "end": 19, "text": "new york"},
            {"label": "date", "start": 23, "end": 29, "text": "monday"},
        ],
    }


def test_one_intent_is_certain():
    task = IntentAndSlotFilling(OURS, MAX_LENGTH, ("only",), TAGS)
    encoded = task.encode(Request("play"))
    outputs = random_outputs(encoded) | {"intent_logits": np.array([-3.5], np.float32)}
    assert [(found.label, found.score) for found in task.decode(encoded, [outputs]).labels] == [
        ("only", 1.0)
    ]


@pytest.mark.parametrize(
    ("output", "message"),
    [("intent_logits", "names 7 but the model scores 2"), ("slot_logits", "names 5 but the model")],
)
def test_labels_of_another_model_are_refused(output, message):
    encoded = TASK.encode(Request("play"))
    outputs = random_outputs(encoded)
    outputs[output] = outputs[output][..., :2]
    with pytest.raises(EdgebertError, match=message):
        TASK.decode(encoded, [outputs])


def test_what_it_has_no_use_for_is_refused():
    with pytest.raises(EdgebertError, match="intent-and-slots: found a second text"):
        TASK.encode(Request("play", "it"))
    with pytest.raises(EdgebertError, match="intent-and-slots: found 2 choices"):
        TASK.encode(Request("play", choices=("a", "b")))
