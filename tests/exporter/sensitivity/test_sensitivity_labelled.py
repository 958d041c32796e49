"""With labelled rows the task's own figures are measured too."""

import json

import pytest
from small_exports import some_texts

from edgebert.evaluation.measures import DataFields, measure_for
from edgebert.evaluation.rows import read_rows
from edgebert.exporter.evaluation import evaluate_checkpoint
from edgebert.exporter.sensitivity import LabelledRows

MAX_LENGTH = 16

ROWS = {
    "text-classification": [
        {"text": text, "label": ("no", "yes", "maybe")[number % 3]}
        for number, text in enumerate(some_texts(12))
    ],
    "token-classification": [
        {"tokens": text.split(), "tags": ["B-PER"] * len(text.split())} for text in some_texts(5)
    ],
    "intent-and-slots": [
        {"tokens": text.split(), "tags": ["B-date"] * len(text.split()), "label": "music"}
        for text in some_texts(4)
    ]
    + [{"text": "play", "label": "light"}],
    # Contexts of several windows.
    "question-answering": [
        {"question": "what is on", "context": f"{text} " * 6, "answers": [text]}
        for text in some_texts(4)
    ],
    "feature-extraction": [
        {"text": text, "text_pair": "turn on the light", "score": number}
        for number, text in enumerate(some_texts(6))
    ],
}


def rows_of(model, task, path):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS[task]))
    measure = measure_for(task, model.labels, DataFields(), (), model.slot_labels)
    return LabelledRows(measure, [measure.example(row) for row in read_rows(path)], model.labels)


@pytest.mark.parametrize("task", ["text-classification", "question-answering"])
def test_fp32_figures_are_those_of_an_evaluation(model_for, task, tmp_path):
    model = model_for(task)
    path = tmp_path / "rows.jsonl"
    found = model.measure(texts=rows_of(model, task, path))
    expected = evaluate_checkpoint(str(model.folder), path, task=task, max_length=MAX_LENGTH)
    assert found.fp32_metrics == expected.results[0].metrics
    assert found.texts == expected.rows
    for part in (*found.sites, *found.layers, *found.kinds):
        for damage in (part.only, part.without):
            assert set(damage.drops) == set(found.fp32_metrics)


def test_accuracy_drops_by_the_share_of_answers_that_change(model_for, tmp_path):
    """Where fp32 is right on every row, what is not the same answer is wrong."""
    model = model_for("text-classification")
    path = tmp_path / "rows.jsonl"
    rows = rows_of(model, "text-classification", path)
    measure = rows.measure
    right = model.measure(texts=rows)
    assert 0 < right.fp32_metrics["accuracy"] < 1
    plan = model.plan("fp32")

    def answer(example):
        one = LabelledRows(measure, [example], model.labels)
        return model.measure(plan, texts=one).fp32_metrics["accuracy"] == 1

    known = LabelledRows(measure, [e for e in rows.examples if answer(e)], model.labels)
    found = model.measure(texts=known)
    assert found.fp32_metrics["accuracy"] == 1
    for part in found.sites:
        for damage in (part.only, part.without):
            assert damage.drops["accuracy"] == pytest.approx(1 - damage.agreement)


def test_the_deviation_is_the_same_with_labels_and_without(model_for, tmp_path):
    model = model_for("text-classification")
    rows = rows_of(model, "text-classification", tmp_path / "rows.jsonl")
    encodings = [
        model.inputs.tokenizer.encode(example.text, max_length=MAX_LENGTH)
        for example in rows.examples
    ]
    labelled, plain = model.measure(texts=rows), model.measure(texts=encodings)
    assert [(p.name, p.only.deviation, p.relief) for p in labelled.sites] == [
        (p.name, p.only.deviation, p.relief) for p in plain.sites
    ]
    assert (labelled.tokens, plain.fp32_metrics) == (plain.tokens, {})


def test_both_heads_of_intents_and_slots_stay_fp32(model_for, tmp_path):
    model = model_for("intent-and-slots")
    rows = rows_of(model, "intent-and-slots", tmp_path / "rows.jsonl")
    found = model.measure(texts=rows)
    assert found.kept == ("head.intent_classifier", "head.slot_classifier")
    scores = ["exact_match", "intent_accuracy", "intent_macro_f1", "slot_f1"]
    names = [*scores, "intent_ece", "slot_ece"]
    assert list(found.fp32_metrics) == list(found.everything.drops) == names
    # A text agrees if its intent and all its tags do.
    assert found.everything.agreement in {count / 5 for count in range(6)}


@pytest.mark.parametrize("task", ["token-classification", "feature-extraction"])
def test_other_tasks(model_for, task, tmp_path):
    model = model_for(task)
    found = model.measure(texts=rows_of(model, task, tmp_path / "rows.jsonl"))
    assert found.texts == len(ROWS[task])
    assert found.everything.deviation > 0
    assert set(found.everything.drops) == set(found.fp32_metrics) != set()
