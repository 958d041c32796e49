"""A classifier with several labels a text: exported, asked, evaluated as the libraries do."""

import json
import random

import numpy as np
import pytest
import torch
from fixtures_checkpoints import class_name, write_checkpoint
from msgspec import UNSET
from sklearn.metrics import accuracy_score, f1_score
from small_exports import export_small, some_texts

import edgebert
from edgebert.bundle import check_bundle
from edgebert.errors import EdgebertError
from edgebert.evaluation import DataFields, evaluate
from edgebert.evaluation.measures import measure_for
from edgebert.exporter.evaluation import evaluate_checkpoint

TASK = "text-classification"
LABELS = ("joy", "anger", "fear", "never said")
# Between what random weights say of one text and another; so int8 may well say something else.
THRESHOLD = 0.52


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """A checkpoint that transformers calls multi-label, exported with a threshold of its own."""
    return export_small(
        tmp_path_factory.mktemp("several"),
        TASK,
        config={
            "num_hidden_layers": 1,
            "id2label": dict(enumerate(LABELS)),
            "problem_type": "multi_label_classification",
        },
        modes=("static", "fp32"),
        backends=("onnx",),
        label_threshold=THRESHOLD,
        max_drop=100,
    )


def probabilities(export, text):
    encoding = export.bundle.tokenizer.encode(text, max_length=16)
    with torch.inference_mode():
        return export.model(input_ids=torch.tensor([encoding.input_ids])).logits[0].sigmoid()


@pytest.fixture(scope="module")
def rows(export):
    """Rows with the module's own labels or some of them, random ones, and none."""
    draw = random.Random(0)
    made = []
    for number, text in enumerate(some_texts(80, start=300)):
        own = [
            label
            for label, chance in zip(LABELS, probabilities(export, text), strict=True)
            if chance >= THRESHOLD
        ]
        if number % 3 == 0:
            own = [label for label in LABELS[:3] if draw.random() < 0.5]
        if number % 11 == 0:
            own = []
        made.append({"text": text, "labels": own})
    return made


def write_rows(path, rows):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def test_the_bundle_says_that_there_are_several_and_passes_its_check(export):
    assert export.bundle.manifest.label_threshold == THRESHOLD
    assert check_bundle(export.bundle).passed
    assert f"label_threshold = {THRESHOLD}" in export.bundle.verified("recipe.toml").read_text()
    agreement = {row.reference: row.agreement for row in export.bundle.manifest.fidelity}
    assert agreement["torch"] == 1
    # A share of texts, not of labels.
    texts = agreement["fp32"] * export.bundle.manifest.fidelity[0].texts
    assert texts == pytest.approx(round(texts))


def test_answers_are_those_of_the_checkpoint(export):
    pipeline = edgebert.load(export.bundle.root, mode="fp32")
    sizes = set()
    for text in some_texts(20, start=400):
        chances = probabilities(export, text)
        found = pipeline(text).labels
        expected = [int(id) for id in chances.argsort(descending=True) if chances[id] >= THRESHOLD]
        assert [one.label for one in found] == [LABELS[id] for id in expected]
        assert [one.score for one in found] == pytest.approx(
            [float(chances[id]) for id in expected], abs=1e-4
        )
        assert len(pipeline(text, top_k=4).labels) == 4
        sizes.add(len(found))
    assert len(sizes) > 1


def test_figures_are_scikit_learns(export, rows, tmp_path):
    data = write_rows(tmp_path / "rows.jsonl", rows)
    found = evaluate(export.bundle.root, data)
    expected = np.array([[label in row["labels"] for label in LABELS] for row in rows])
    predicted = np.array([probabilities(export, row["text"]) >= THRESHOLD for row in rows])
    fp32 = found.results[found.reference]
    assert fp32.metrics == pytest.approx(
        {
            "micro_f1": f1_score(expected, predicted, average="micro", zero_division=0),
            "macro_f1": f1_score(expected, predicted, average="macro", zero_division=0),
            "exact_match": accuracy_score(expected, predicted),
        }
    )
    assert 0.1 < fp32.metrics["macro_f1"] < 1
    static = found.results[0]
    assert static.mode == "static"
    assert 0 <= static.comparison.mcnemar.p <= 1
    pipelines = [edgebert.load(export.bundle.root, mode=mode) for mode in ("static", "fp32")]
    same = []
    for row in rows:
        one, other = ({label.label for label in ask(row["text"]).labels} for ask in pipelines)
        same.append(one == other)
    assert static.comparison.agreement == pytest.approx(np.mean(same))
    # Labels by their ids are the same rows, and a checkpoint by itself has the usual threshold.
    numbered = [{**row, "labels": [LABELS.index(one) for one in row["labels"]]} for row in rows]
    again = evaluate(export.bundle.root, write_rows(tmp_path / "ids.jsonl", numbered))
    assert again.results == found.results
    half = np.array([probabilities(export, row["text"]) >= 0.5 for row in rows])
    torchs = evaluate_checkpoint(str(export.checkpoint), data, task=TASK, max_length=16).results[0]
    assert torchs.metrics["micro_f1"] == pytest.approx(
        f1_score(expected, half, average="micro", zero_division=0)
    )


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["joy", "bliss"], "expected an array with some of the model's 4 labels (joy, anger"),
        ([4], "expected an array with some of the model's 4 labels"),
        ([True], "expected an array with some of the model's 4 labels"),
        (3, "expected an array of strings"),
    ],
)
def test_wrong_rows_are_named(export, tmp_path, labels, message):
    data = write_rows(tmp_path / "rows.jsonl", [{"text": "play", "labels": labels}])
    with pytest.raises(EdgebertError, match=r"^[^\n]*$") as raised:
        evaluate(export.bundle.root, data)
    assert str(raised.value).startswith(f"{data}: line 1: field 'labels' is {labels}")
    assert message in str(raised.value)


def test_what_does_not_go_with_several_labels_is_refused(export, tmp_path):
    options = {"task": TASK, "modes": ("fp32",), "backends": ("onnx",)}
    data = write_rows(tmp_path / "rows.jsonl", [{"text": "play", "labels": ["joy"]}])
    output = tmp_path / "bundle"
    with pytest.raises(EdgebertError, match="--temperature-from: checkpoint has several labels"):
        edgebert.export(export.checkpoint, output, temperature_from=data, **options)
    with pytest.raises(EdgebertError, match="--out-of-scope: the model gives a text any number"):
        measure_for(TASK, LABELS, DataFields(), ("oos",), (), 0.5)
    single = tmp_path / "single"
    write_checkpoint(single, class_name(TASK), num_hidden_layers=1)
    with pytest.raises(EdgebertError, match="--label-threshold: goes with a text classifier whose"):
        edgebert.export(single, output, label_threshold=0.3, **options)
    with pytest.raises(EdgebertError, match="label_threshold 1: expected a score between 0 and 1"):
        edgebert.export(single, output, label_threshold=1.0, **options)


def test_other_tasks_take_no_notice_as_in_transformers(tmp_path):
    write_checkpoint(
        tmp_path / "model",
        class_name("token-classification"),
        num_hidden_layers=1,
        problem_type="multi_label_classification",
    )
    bundle = edgebert.export(
        tmp_path / "model",
        tmp_path / "bundle",
        task="token-classification",
        modes=("fp32",),
        backends=("onnx",),
        buckets=(8,),
    )
    assert bundle.manifest.label_threshold is UNSET
