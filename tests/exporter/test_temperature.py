"""Temperatures: the likeliest there are, folded into every artifact, no answer another."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from msgspec import UNSET
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from small_exports import export_small, some_texts

import edgebert
from edgebert.bundle import check_bundle
from edgebert.bundle.hashing import sha256_of
from edgebert.errors import EdgebertError
from edgebert.evaluation import evaluate
from edgebert.exporter.recipe import read_recipe
from edgebert.exporter.temperature import COLDEST, HOTTEST, fit_temperature
from edgebert.inspection import static_scales

LABELS = ("no", "yes", "maybe")
TAGS = ("O", "B-PER", "I-PER")
INTENTS = ("light", "music", "weather")
SLOT_TAGS = ("O", "B-date", "I-date", "B-place", "I-place")
ROWS = 300
# What a graph is lowered to makes no difference to what is folded into it before.
OPTIONS = {"modes": ("static", "dynamic", "fp32"), "backends": ("onnx",)}


def likelihood(logits, labels, temperature):
    return log_softmax(logits / temperature, axis=1)[np.arange(len(labels)), labels].mean()


@st.composite
def labelled_logits(draw):
    rows, count = draw(st.integers(1, 20)), draw(st.integers(2, 5))
    logits = draw(arrays.arrays(np.float64, (rows, count), elements=st.floats(-20, 20)))
    return logits, draw(arrays.arrays(np.int64, rows, elements=st.integers(0, count - 1)))


# Each tries many temperatures.
@settings(deadline=None)
@given(labelled_logits())
def test_no_other_temperature_is_likelier(case):
    logits, labels = case
    found = fit_temperature(logits, labels)
    assert COLDEST <= found <= HOTTEST
    best = likelihood(logits, labels, found)
    for other in np.geomspace(COLDEST, HOTTEST, 60):
        assert likelihood(logits, labels, other) <= best + 1e-9


def sampled(temperature, rows=4000, count=6):
    """Logits, and labels drawn with the probabilities that they have at a temperature."""
    generator = np.random.default_rng(3)
    logits = generator.normal(size=(rows, count)) * 3
    chances = softmax(logits / temperature, axis=1).cumsum(axis=1)
    return logits, (generator.random(rows)[:, None] > chances).sum(axis=1).clip(0, count - 1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_it_finds_the_temperature_that_labels_were_drawn_with(temperature):
    logits, labels = sampled(temperature)
    found = fit_temperature(logits, labels)
    assert found == pytest.approx(temperature, rel=0.1)
    scipys = minimize_scalar(
        lambda t: -likelihood(logits, labels, t),
        bounds=(COLDEST, HOTTEST),
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert found == pytest.approx(scipys.x, rel=1e-5)


def test_it_keeps_within_its_bounds():
    logits = np.array([[2.0, 1.0], [0.0, 3.0]])
    assert fit_temperature(logits, np.array([0, 1])) == COLDEST
    assert fit_temperature(logits, np.array([1, 0])) == HOTTEST
    assert fit_temperature(np.zeros((2, 2)), np.array([1, 0])) == HOTTEST


def write_rows(path, rows):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def module_logits(export, text):
    """What transformers' module says of a text: the outputs, without the batch axis."""
    encoding = export.bundle.tokenizer.encode(text, max_length=16)
    with torch.inference_mode():
        outputs = export.model(
            input_ids=torch.tensor([encoding.input_ids]),
            token_type_ids=torch.tensor([encoding.token_type_ids]),
        )
    return encoding, {name: value[0].double().numpy() for name, value in outputs.items()}


def draw_label(generator, logits, names):
    return names[generator.choice(len(names), p=softmax(logits / 2))]


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    """A classifier's export without a temperature, and rows that its scores are too sure of."""
    folder = tmp_path_factory.mktemp("classifier")
    export = export_small(
        folder,
        "text-classification",
        config={"num_hidden_layers": 1, "id2label": dict(enumerate(LABELS))},
        **OPTIONS,
    )
    generator = np.random.default_rng(1)
    rows = []
    for text in some_texts(ROWS, start=100):
        _, outputs = module_logits(export, text)
        label = draw_label(generator, outputs["logits"], LABELS)
        rows.append({"text": text, "label": label})
    write_rows(folder / "rows.jsonl", rows)
    write_rows(folder / "foreign.jsonl", [{"text": "play", "label": "oos"}])
    return export


@pytest.fixture(scope="module")
def tempered(classifier):
    """The same export with a temperature."""
    folder = classifier.checkpoint.parent
    return edgebert.export(
        classifier.checkpoint,
        folder / "tempered",
        task="text-classification",
        calibration=classifier.calibration,
        calibration_texts=32,
        buckets=(16,),
        **OPTIONS,
        temperature_from=folder / "rows.jsonl",
        evaluate=folder / "rows.jsonl",
        max_drop=100,
    )


def test_the_manifest_says_what_was_fitted_on_what(classifier, tempered):
    data = classifier.checkpoint.parent / "rows.jsonl"
    found = tempered.manifest.temperature
    assert (found.data, found.sha256, found.rows) == ("rows.jsonl", sha256_of(data), ROWS)
    (head,) = found.heads
    assert (head.output, head.answers) == ("logits", ROWS)
    rows = [json.loads(line) for line in data.read_text().splitlines()]
    logits = np.stack([module_logits(classifier, row["text"])[1]["logits"] for row in rows])
    labels = np.array([LABELS.index(row["label"]) for row in rows])
    assert head.temperature == pytest.approx(fit_temperature(logits, labels), rel=1e-3)
    assert 1.2 < head.temperature < 4
    assert head.ece_after < head.ece_before
    # The evaluation says the same of the same rows, before and after.
    for bundle, expected in ((classifier.bundle, head.ece_before), (tempered, head.ece_after)):
        fp32 = evaluate(bundle.root, data, modes=["fp32"], backends=["onnx"]).results[0]
        assert fp32.metrics["ece"] == pytest.approx(expected, abs=0.01)
    figures = {
        (f.backend, f.mode): f for f in tempered.manifest.accuracy.figures if f.metric == "ece"
    }
    assert figures["onnx", "fp32"].fp32 == pytest.approx(head.ece_after, abs=1e-6)


def test_no_answer_changes_and_scores_are_those_of_divided_logits(classifier, tempered):
    temperature = tempered.manifest.temperature.heads[0].temperature
    for artifact in tempered.manifest.artifacts:
        pipelines = [
            edgebert.load(bundle.root, mode=artifact.mode, threads=1)
            for bundle in (classifier.bundle, tempered)
        ]
        for text in some_texts(20, start=400):
            before, after = (pipeline(text).labels for pipeline in pipelines)
            assert [one.label for one in before] == [one.label for one in after]
            scores = softmax(np.log([one.score for one in before]) / temperature)
            assert [one.score for one in after] == pytest.approx(scores, abs=2e-3)


def test_all_but_the_last_layer_is_as_without(classifier, tempered):
    table, without = (
        bundle.verified("calibration.json").read_bytes() for bundle in (tempered, classifier.bundle)
    )
    assert table == without
    scales = [
        static_scales(bundle.root / bundle.artifact("onnx", "static").path, 16)
        for bundle in (tempered, classifier.bundle)
    ]
    assert repr(scales[0]) == repr(scales[1])
    assert check_bundle(tempered).passed


def test_without_the_option_nothing_is_written_of_it(classifier, tempered):
    manifest = json.loads((classifier.bundle.root / "manifest.json").read_bytes())
    assert "temperature" not in manifest
    assert classifier.bundle.manifest.temperature is UNSET
    assert "temperature" not in classifier.bundle.verified("recipe.toml").read_text()
    assert read_recipe(tempered.path("recipe.toml")).temperature_from.endswith("rows.jsonl")


def test_intents_and_slots_have_one_each(tmp_path):
    export = export_small(
        tmp_path,
        "intent-and-slots",
        config={"num_hidden_layers": 1, "id2label": dict(enumerate(INTENTS))},
        modes=("fp32",),
        backends=("onnx",),
    )
    generator = np.random.default_rng(2)
    rows = []
    for text in some_texts(ROWS, start=100):
        encoding, outputs = module_logits(export, text)
        words = text.split(" ")
        starts = {start: k for k, (start, end) in reversed([*enumerate(encoding.offsets)]) if end}
        begins = np.cumsum([0, *(len(word) + 1 for word in words[:-1])])
        tags = [
            draw_label(generator, outputs["slot_logits"][starts[begin]] * 2 / 0.5, SLOT_TAGS)
            if begin in starts
            else "O"
            for begin in begins.tolist()
        ]
        intent = draw_label(generator, outputs["intent_logits"], INTENTS)
        rows.append({"tokens": words, "tags": tags, "label": intent})
    rows += [{"text": "play", "label": "music"}, {"text": "what", "label": "oos"}]
    options = {"task": "intent-and-slots", "modes": ("fp32",), "backends": ("onnx",)}
    tempered = edgebert.export(
        export.checkpoint,
        tmp_path / "tempered",
        buckets=(16,),
        temperature_from=write_rows(tmp_path / "rows.jsonl", rows),
        out_of_scope=("oos",),
        **options,
    )
    intents, slots = tempered.manifest.temperature.heads
    assert (intents.output, intents.answers) == ("intent_logits", ROWS + 1)
    assert slots.output == "slot_logits"
    assert slots.answers > ROWS
    assert intents.temperature == pytest.approx(2, rel=0.4)
    assert slots.temperature == pytest.approx(0.5, rel=0.4)
    found = edgebert.load(tempered.root, mode="fp32")("turn on the light")
    _, outputs = module_logits(export, "turn on the light")
    expected = softmax(outputs["intent_logits"] / intents.temperature)
    assert found.labels[0].label == INTENTS[int(expected.argmax())]
    assert found.labels[0].score == pytest.approx(expected.max(), abs=1e-4)


def test_tokens_share_one(tmp_path):
    export = export_small(
        tmp_path,
        "token-classification",
        config={"num_hidden_layers": 1, "id2label": dict(enumerate(TAGS))},
        modes=("fp32",),
        backends=("onnx",),
    )
    rows = [
        {
            "tokens": text.split(" "),
            "tags": ["O", "B-PER", "B-LOC", "O", "O", "O"][: len(text.split())],
        }
        for text in some_texts(40)
    ]
    data = write_rows(tmp_path / "rows.jsonl", rows)
    options = {"task": "token-classification", "modes": ("fp32",), "backends": ("onnx",)}
    tempered = edgebert.export(
        export.checkpoint, tmp_path / "tempered", temperature_from=data, **options
    )
    (head,) = tempered.manifest.temperature.heads
    # Of a tag that the model lacks nothing can be learnt.
    assert head.answers == sum(tag in TAGS for row in rows for tag in row["tags"])
    fp32 = evaluate(tempered.root, data).results[0]
    assert fp32.metrics["ece"] == pytest.approx(head.ece_after, abs=0.01)
    assert math.isfinite(head.ece_before)


@pytest.mark.parametrize(
    "task", ["question-answering", "multiple-choice", "feature-extraction", "fill-mask"]
)
def test_other_tasks_are_refused_before_anything_is_loaded(tmp_path, task):
    with pytest.raises(EdgebertError, match=r"^--temperature-from: goes with [^\n]*$") as raised:
        edgebert.export("nowhere", tmp_path / "b", task=task, temperature_from="rows.jsonl")
    assert f"not with {task}" in str(raised.value)


def test_rows_that_tell_nothing_are_refused(classifier, tmp_path):
    options = {"task": "text-classification", "modes": ("fp32",), "out_of_scope": ("oos",)}
    foreign = classifier.checkpoint.parent / "foreign.jsonl"
    with pytest.raises(EdgebertError, match="none of its 1 rows has a label that the model has"):
        edgebert.export(classifier.checkpoint, tmp_path / "b", temperature_from=foreign, **options)
    with pytest.raises(EdgebertError, match=r"no\.jsonl: no such file"):
        edgebert.export(
            classifier.checkpoint, tmp_path / "b", temperature_from=tmp_path / "no.jsonl", **options
        )
    assert list(tmp_path.iterdir()) == []
