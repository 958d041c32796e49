"""Evaluating a classifier gives what transformers and scikit-learn say of the same rows."""

import csv
import itertools
import json
import random
import shutil

import numpy as np
import pytest
import torch
from reference_ece import expected_error
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from small_exports import some_texts

import edgebert
from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.evaluation import DataFields, evaluate
from edgebert.exporter.evaluation import evaluate_checkpoint

LABELS = ("no", "yes", "maybe")


@pytest.fixture(scope="module")
def classifier(reference):
    return reference("text-classification")


@pytest.fixture(scope="module")
def rows():
    """Rows with random labels, every fifth out of scope, every seventh too long, some pairs."""
    draw = random.Random(0)
    made = []
    for number, text in enumerate(some_texts(120, start=300)):
        row = {"text": text, "label": draw.choice(LABELS) if number % 5 else "oos"}
        if number % 7 == 0:
            row["text"] += " turn on the light" * 5
        if number % 3 == 0:
            row["text_pair"] = "what is playing"
        made.append(row)
    return made


@pytest.fixture(scope="module")
def expected(classifier, rows):
    """What transformers' module says: label ids and largest probabilities."""
    logits = [classifier.outputs(row["text"], row.get("text_pair")).logits[0] for row in rows]
    best = [int(one.argmax()) for one in logits]
    confidence = [float(torch.softmax(one.double(), 0).max()) for one in logits]
    return best, confidence


@pytest.fixture(scope="module")
def evaluation(classifier, rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return evaluate(classifier.root, path, out_of_scope=["oos"])


def by_artifact(evaluation):
    return {(result.backend, result.mode): result for result in evaluation.results}


def test_every_artifact_is_evaluated_on_the_same_rows(evaluation, classifier):
    kinds = [
        (artifact.backend, artifact.mode)
        for artifact in classifier.export.bundle.manifest.artifacts
    ]
    assert [(result.backend, result.mode) for result in evaluation.results] == kinds
    assert len(kinds) == 4
    assert evaluation.rows == 120
    reference = evaluation.results[evaluation.reference]
    assert (reference.mode, reference.comparison) == ("fp32", None)
    assert all(result.comparison for result in evaluation.results if result is not reference)
    assert {result.engine for result in evaluation.results} == {"onnxruntime", "litert"}


def test_metrics_are_those_of_the_libraries(evaluation, rows, expected):
    best, confidence = expected
    scope = [row["label"] != "oos" for row in rows]
    own = [LABELS.index(row["label"]) for row in rows if row["label"] != "oos"]
    predicted = list(itertools.compress(best, scope))
    for backend in ("onnx", "litert"):
        metrics = by_artifact(evaluation)[backend, "fp32"].metrics
        assert metrics["accuracy"] == pytest.approx(accuracy_score(own, predicted))
        assert metrics["macro_f1"] == pytest.approx(f1_score(own, predicted, average="macro"))
        auroc = roc_auc_score(scope, confidence)
        assert metrics["out_of_scope_auroc"] == pytest.approx(auroc, abs=1e-3)
        right = [a == b for a, b in zip(own, predicted, strict=True)]
        ece = expected_error(list(itertools.compress(confidence, scope)), right)
        assert metrics["ece"] == pytest.approx(ece, abs=1e-5)
        assert 0.05 < ece < 0.9


def test_a_label_of_the_models_own_can_be_out_of_scope(classifier, rows, write_jsonl, expected):
    """It is no label of the accuracy any more, and has a recall; others may be out of scope too."""
    outside = ["oos", LABELS[1]]
    result = evaluate(
        classifier.root, write_jsonl(*rows), out_of_scope=outside, backends=["onnx"], modes=["fp32"]
    ).results[0]
    best, confidence = expected
    scope = [row["label"] not in outside for row in rows]
    own = [LABELS.index(row["label"]) for row in itertools.compress(rows, scope)]
    predicted = list(itertools.compress(best, scope))
    said = [best[k] == 1 for k in range(len(rows)) if not scope[k]]
    f1 = f1_score(own, predicted, labels=sorted(set(own + predicted) - {1}), average="macro")
    inside = [
        float(torch.softmax(logits.double(), 0)[[0, 2]].max())
        for logits in (
            classifier.outputs(row["text"], row.get("text_pair")).logits[0] for row in rows
        )
    ]
    assert result.metrics == pytest.approx(
        {
            "accuracy": accuracy_score(own, predicted),
            "macro_f1": f1,
            "out_of_scope_recall": np.mean(said),
            "out_of_scope_auroc": roc_auc_score(scope, inside),
            # To say that it is out of scope is right for each of these rows.
            "ece": expected_error(
                confidence,
                [
                    (LABELS[b] in outside) if row["label"] in outside else LABELS[b] == row["label"]
                    for b, row in zip(best, rows, strict=True)
                ],
            ),
        },
        abs=1e-3,
    )


def test_cut_rows_are_counted(evaluation, classifier, rows):
    tokenizer = classifier.export.bundle.tokenizer
    long = [
        row
        for row in rows
        if len(tokenizer.encode(row["text"], row.get("text_pair"), max_length=100)) > 16
    ]
    assert 0 < len(long) < len(rows)
    assert {result.truncated for result in evaluation.results} == {len(long)}


def test_int8_is_compared_with_fp32(evaluation, classifier, rows):
    found = by_artifact(evaluation)
    static, fp32 = found["onnx", "static"], found["onnx", "fp32"]
    reference = evaluation.results[evaluation.reference]
    answers = answers_of(classifier, rows, "static"), answers_of(classifier, rows, reference.mode)
    agreement = np.mean([one == other for one, other in zip(*answers, strict=True)])
    assert static.comparison.agreement == pytest.approx(agreement)
    scope = [number for number, row in enumerate(rows) if row["label"] != "oos"]
    right = [[answers[k][n] == rows[n]["label"] for n in scope] for k in (0, 1)]
    gained = sum(one and not other for one, other in zip(*right, strict=True))
    lost = sum(other and not one for one, other in zip(*right, strict=True))
    test = static.comparison.mcnemar
    assert (test.only_this, test.only_reference) == (gained, lost)
    p = binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert test.p == pytest.approx(p)
    for name, difference in static.comparison.differences.items():
        assert difference.value == pytest.approx(static.metrics[name] - fp32.metrics[name])
        assert difference.low <= difference.value <= difference.high


def test_backends_of_a_mode_are_compared_with_each_other(evaluation, classifier, rows):
    found = {(p.mode, p.backend, p.other): p.agreement for p in evaluation.between_backends}
    assert set(found) == {("static", "onnx", "litert"), ("fp32", "onnx", "litert")}
    assert found["fp32", "onnx", "litert"] == 1
    answers = [
        answers_of(classifier, rows, "static", engine) for engine in ("litert", "onnxruntime")
    ]
    same = np.mean([one == other for one, other in zip(*answers, strict=True)])
    assert found["static", "onnx", "litert"] == pytest.approx(same)


def answers_of(classifier, rows, mode, engine="onnxruntime"):
    pipeline = edgebert.load(classifier.root, engine=engine, mode=mode, threads=1)
    return [
        pipeline(row["text"], pair=row.get("text_pair"), top_k=1).labels[0].label for row in rows
    ]


def test_the_number_of_processes_changes_nothing(evaluation, classifier, rows, write_jsonl):
    path = write_jsonl(*rows)
    several = evaluate(classifier.root, path, out_of_scope=["oos"], processes=2)
    assert several.results == evaluation.results


def test_progress_reaches_the_end_of_every_artifact(classifier, rows, write_jsonl):
    told = []
    evaluate(
        classifier.root,
        write_jsonl(*rows),
        out_of_scope=["oos"],
        backends=["onnx"],
        limit=40,
        progress=lambda *report: told.append(report),
    )
    for mode in ("static", "fp32"):
        steps = [done for phase, done, _ in told if phase == f"evaluating onnx {mode}"]
        assert steps == list(range(41))
    assert all(total == 40 for phase, _, total in told if phase.startswith("evaluating"))


def test_csv_gives_the_same_as_jsonl(classifier, rows, write_jsonl, tmp_path):
    plain = [row for row in rows if row["label"] != "oos" and "text_pair" not in row]
    path = tmp_path / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["utterance", "intent"])
        writer.writerows([row["text"], row["label"]] for row in plain)
    fields = DataFields(field="utterance", label_field="intent")
    choice = {"backends": ["onnx"], "modes": ["fp32"]}
    from_csv = evaluate(classifier.root, path, fields=fields, **choice)
    from_jsonl = evaluate(classifier.root, write_jsonl(*plain), **choice)
    assert from_csv.results == from_jsonl.results


def test_labels_may_be_ids(classifier, rows, write_jsonl):
    named = [row for row in rows if row["label"] != "oos"]
    numbered = [{**row, "label": LABELS.index(row["label"])} for row in named]
    choice = {"engine": "onnxruntime", "modes": ["fp32"]}
    by_name = evaluate(classifier.root, write_jsonl(*named), **choice)
    by_id = evaluate(classifier.root, write_jsonl(*numbered, name="ids.jsonl"), **choice)
    assert by_name.results == by_id.results


def test_a_checkpoint_gives_what_its_fp32_artifact_gives(classifier, rows, write_jsonl, evaluation):
    path = write_jsonl(*rows)
    options = {"task": "text-classification", "out_of_scope": ["oos"], "max_length": 16}
    found = evaluate_checkpoint(str(classifier.export.checkpoint), path, **options)
    (result,) = found.results
    assert (result.engine, result.backend, result.mode) == ("torch", "torch", "fp32")
    fp32 = evaluation.results[evaluation.reference]
    assert result.metrics == pytest.approx(fp32.metrics, abs=1e-3)
    assert result.truncated == fp32.truncated
    several = evaluate_checkpoint(str(classifier.export.checkpoint), path, processes=2, **options)
    assert several.results == found.results


def test_without_fp32_nothing_is_compared(classifier, rows, write_jsonl):
    found = evaluate(
        classifier.root, write_jsonl(*rows), out_of_scope=["oos"], modes=["static"], limit=20
    )
    assert found.reference is None
    assert [result.comparison for result in found.results] == [None, None]


def test_a_figure_that_the_rows_do_not_define_is_none(classifier, write_jsonl):
    path = write_jsonl({"text": "play", "label": "yes"})
    found = evaluate(classifier.root, path, out_of_scope=["oos"], backends=["onnx"])
    static, _ = found.results
    assert static.metrics["out_of_scope_auroc"] is None
    assert static.comparison.differences["out_of_scope_auroc"] is None
    assert static.metrics["accuracy"] in (0.0, 1.0)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": "play", "label": "oos"}, "line 2: field 'label' is 'oos', expected one of"),
        ({"text": "play", "label": 3}, "line 2: field 'label' is 3, expected one of"),
        ({"text": "play", "label": True}, "line 2: field 'label' is True, expected one of"),
        ({"text": "play", "label": ["yes"]}, "line 2: field 'label' is ['yes'], expected one of"),
        ({"text": "play"}, "line 2: has no field 'label', found 'text'"),
        ({"label": "yes"}, "line 2: has no field 'text', found 'label'"),
        ({"text": 1, "label": "yes"}, "line 2: field 'text' is 1, expected a string"),
        ({"text": "a", "text_pair": None, "label": "yes"}, "line 2: field 'text_pair' is None"),
        (["play", "yes"], "line 2 holds a JSON array, expected an object"),
    ],
)
def test_a_wrong_row_is_named_before_anything_runs(classifier, write_jsonl, row, message):
    path = write_jsonl({"text": "play", "label": "yes"}, row)
    told = []
    with pytest.raises(EdgebertError) as raised:
        evaluate(classifier.root, path, progress=lambda *report: told.append(report))
    assert str(raised.value).startswith(f"{path}: line 2")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert {phase for phase, _, _ in told} == {"reading the data"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"out_of_scope": ["yes", "no"]}, "labels: the model has 1 in scope, expected two or"),
        ({"processes": 0}, "processes: found 0"),
        ({"limit": 0}, "limit: found 0"),
        ({"modes": ["int4"]}, "mode int4: unknown"),
        ({"backends": ["tensorrt"]}, "backend tensorrt: unknown"),
        ({"engine": "tensorrt"}, "engine tensorrt: unknown"),
        ({"modes": ["dynamic"]}, "none of its artifacts is left to evaluate"),
        ({"engine": "litert", "backends": ["onnx"]}, "none of its artifacts is left"),
    ],
)
def test_wrong_options_end_in_one_line(classifier, write_jsonl, options, message):
    path = write_jsonl({"text": "play", "label": "yes"})
    with pytest.raises(EdgebertError, match=r"^[^\n]*$") as raised:
        evaluate(classifier.root, path, **options)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.txt", "play\n", "unknown suffix '.txt'"),
        ("rows.jsonl", "", "holds no row"),
        ("rows.csv", "text,label\n", "holds no row"),
        ("rows.json", '{"data": [1]}', "expected SQuAD's JSON"),
        ("rows.jsonl", "{", "line 1 is not JSON"),
    ],
)
def test_wrong_files_end_in_one_line(classifier, tmp_path, name, content, message):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(EdgebertError, match=r"^[^\n]*$") as raised:
        evaluate(classifier.root, path)
    assert message in str(raised.value)


def test_a_model_that_cannot_be_opened_ends_in_one_line_in_any_process(
    classifier, write_jsonl, tmp_path
):
    root = shutil.copytree(classifier.root, tmp_path / "bundle")
    (root / "model.static.onnx").write_bytes(b"damaged")
    path = write_jsonl(*[{"text": "play", "label": "yes"}] * 3)
    for processes in (1, 2):
        with pytest.raises(CheckFailedError, match="is not the file that was exported"):
            evaluate(root, path, backends=["onnx"], processes=processes)
