"""Evaluating intents and slots: the libraries' figures of each, and how often both are right."""

import json
import random

import numpy as np
import pytest
from fixtures_checkpoints import SLOT_TAGS
from reference_ece import expected_error
from scipy.stats import binomtest
from seqeval.metrics import f1_score as entity_f1
from seqeval.metrics.sequence_labeling import get_entities
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from small_exports import some_texts

from edgebert.errors import EdgebertError
from edgebert.evaluation import DataFields, evaluate
from edgebert.evaluation.bundle_candidates import BundleCandidate
from edgebert.evaluation.measures import measure_for
from edgebert.evaluation.rows import Row
from edgebert.evaluation.scoring import gather, score_all
from edgebert.exporter.evaluation import evaluate_checkpoint

TASK = "intent-and-slots"
INTENTS = ("light", "music", "weather")
TAGS = tuple(SLOT_TAGS.values())


@pytest.fixture(scope="module")
def assistant(reference):
    return reference(TASK)


def answer(assistant, words):
    """What the checkpoint's module says: intent, its probability, and a tag a word."""
    out = assistant.outputs(" ".join(words))
    probabilities = out.intent_logits[0].double().softmax(0)
    best = int(probabilities.argmax())
    tags = assistant.word_tags(words, out.slot_logits[0], TAGS)
    return INTENTS[best], float(probabilities[best]), tags


@pytest.fixture(scope="module")
def rows(assistant):
    """Rows with the module's own answer or a part of it, with no slots, and out of scope."""
    draw = random.Random(0)
    made = []
    for number, text in enumerate(some_texts(120, start=300)):
        words = [*text.split(), "playing", draw.choice(["\u200b", "is,it", "on"])]
        draw.shuffle(words)
        if number % 17 == 0:
            words += ["light"] * 20
        intent, _, tags = answer(assistant, words)
        row = {"label": intent, "tokens": words, "tags": tags}
        if number % 3 == 1:
            row["tags"] = [draw.choice(TAGS) for _ in words]
        if number % 4 == 1:
            row["label"] = draw.choice(INTENTS)
        if number % 5 == 2:
            row = {"label": row["label"], "text": "  ".join(words)}
        if number % 6 == 3:
            row["label"] = "oos"
        made.append(row)
    return made


@pytest.fixture(scope="module")
def answers(assistant, rows):
    """The module's answer to every row."""
    return [answer(assistant, row.get("tokens") or row["text"].split(" ")) for row in rows]


@pytest.fixture(scope="module")
def evaluation(assistant, rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return evaluate(assistant.root, path, out_of_scope=["oos"])


def in_scope(rows, answers, tagged=False):
    """The rows in scope with the module's answers; on demand only those with tags."""
    pairs = zip(rows, answers, strict=True)
    return [(r, a) for r, a in pairs if r["label"] != "oos" and (not tagged or "tags" in r)]


def same_entities(tags, others):
    return set(get_entities(tags)) == set(get_entities(others))


def said_of_words(assistant, tagged):
    """Of each word that has a token: how sure the module is of its tag, and if that is right."""
    for row, _ in tagged:
        text = " ".join(row["tokens"])
        logits = assistant.outputs(text).slot_logits[0].double()
        offsets = assistant.encode(text).offsets
        begin = 0
        for word, tag in zip(row["tokens"], row["tags"], strict=True):
            starts = [k for k, (a, b) in enumerate(offsets) if a < b and begin <= a]
            first = min(starts, default=None)
            if first is not None and offsets[first][0] < begin + len(word):
                probabilities = logits[first].softmax(0)
                yield float(probabilities.max()), TAGS[int(probabilities.argmax())] == tag
            begin += len(word) + 1


def test_figures_are_those_of_the_libraries(evaluation, assistant, rows, answers):
    known = in_scope(rows, answers)
    tagged = in_scope(rows, answers, tagged=True)
    assert 0 < len(tagged) < len(known) < len(rows)
    own, found = zip(*((r["label"], a[0]) for r, a in known), strict=True)
    both = [r["label"] == a[0] and same_entities(r["tags"], a[2]) for r, a in tagged]
    expected = {
        "exact_match": np.mean(both),
        "intent_accuracy": accuracy_score(own, found),
        "intent_macro_f1": f1_score(own, found, average="macro"),
        "slot_f1": entity_f1([r["tags"] for r, _ in tagged], [a[2] for _, a in tagged]),
        "out_of_scope_auroc": roc_auc_score(
            [row["label"] != "oos" for row in rows], [a[1] for a in answers]
        ),
        "intent_ece": expected_error(
            [a[1] for _, a in known], [r["label"] == a[0] for r, a in known]
        ),
        "slot_ece": expected_error(*zip(*said_of_words(assistant, tagged), strict=True)),
    }
    fp32 = evaluation.results[evaluation.reference].metrics
    assert list(fp32) == list(expected)
    assert fp32 == pytest.approx(expected, abs=1e-3)
    assert all(0 < value < 1 for value in fp32.values())


def test_int8_is_compared_with_fp32_on_the_same_rows(evaluation):
    static, fp32 = evaluation.results
    assert (static.mode, fp32.mode, evaluation.reference) == ("static", "fp32", 1)
    assert (evaluation.rows, static.truncated) == (120, fp32.truncated)
    assert 0 < fp32.truncated < 20
    assert 0.5 < static.comparison.agreement <= 1
    for name, difference in static.comparison.differences.items():
        assert difference.value == pytest.approx(static.metrics[name] - fp32.metrics[name])
        assert difference.low <= difference.value <= difference.high
    test = static.comparison.mcnemar
    trials = test.only_this + test.only_reference
    p = binomtest(test.only_this, trials).pvalue if trials else 1.0
    assert test.p == pytest.approx(p)


def test_a_row_is_right_where_all_that_is_known_of_it_is(evaluation, assistant, rows, answers):
    measure = measure_for(TASK, INTENTS, DataFields(), ("oos",), TAGS)
    right = [
        r["label"] == a[0] and ("tags" not in r or same_entities(r["tags"], a[2]))
        for r, a in in_scope(rows, answers)
    ]
    columns = columns_of(measure, assistant, rows)
    assert measure.correct(columns).tolist() == right


def columns_of(measure, assistant, rows):
    candidate = BundleCandidate(assistant.root, "onnxruntime", "", "onnx", "fp32")
    examples = [measure.example(Row(str(n), row)) for n, row in enumerate(rows)]
    return gather(measure, score_all(candidate, measure, examples, 1)).columns


def test_a_checkpoint_gives_the_figures_of_its_fp32_artifact(
    evaluation, assistant, rows, write_jsonl
):
    found = evaluate_checkpoint(
        str(assistant.export.checkpoint),
        write_jsonl(*rows),
        task=TASK,
        max_length=16,
        out_of_scope=["oos"],
    )
    expected = evaluation.results[evaluation.reference].metrics
    assert found.results[0].metrics == pytest.approx(expected, abs=1e-3)


def test_rows_without_slots_do_not_define_their_figures(assistant, write_jsonl):
    path = write_jsonl(*({"say": t, "intent": "music"} for t in some_texts(6)))
    found = evaluate(assistant.root, path, fields=DataFields(field="say", label_field="intent"))
    for result in found.results:
        undefined = [name for name, value in result.metrics.items() if value is None]
        assert undefined == ["exact_match", "slot_f1", "slot_ece"]
    assert found.results[0].comparison.differences["slot_f1"] is None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"tokens": ["a"], "tags": ["O"]}, "line 1: has no field 'label'"),
        ({"tokens": ["a"], "tags": ["O"], "label": "pizza"}, "one of the model's 3 labels (light"),
        ({"tokens": ["a", "b"], "tags": ["O"], "label": "light"}, "has 2 tokens and 1 tags"),
        ({"tokens": ["a"], "label": "light"}, "line 1: has no field 'text'"),
        ({"text": "a", "tags": ["X"], "tokens": ["a"], "label": "light"}, "O, or B- or I-"),
    ],
)
def test_wrong_rows_are_named(assistant, write_jsonl, row, message):
    with pytest.raises(EdgebertError, match=r"^[^\n]*$") as raised:
        evaluate(assistant.root, write_jsonl(row))
    assert message in str(raised.value)


def test_options_it_has_no_use_for():
    with pytest.raises(EdgebertError, match="--pair-field: intent-and-slots takes one text"):
        measure_for(TASK, INTENTS, DataFields(pair_field="other"), (), TAGS)
    with pytest.raises(EdgebertError, match="labels: the model has 1 in scope"):
        measure_for(TASK, INTENTS, DataFields(), INTENTS[1:], TAGS)
    with pytest.raises(EdgebertError, match="labels: the model has 'PER', expected O and labels"):
        measure_for(TASK, INTENTS, DataFields(), (), ("O", "PER"))
