"""The gate: int8 that collapses is not put in place, and the way out is named."""

import json
from collections import Counter

import pytest
import torch
import transformers
from fixtures_spoiled import SPOILED_SITE, write_spoiled
from small_exports import BACKENDS, some_texts, write_texts

import edgebert
from edgebert.bundle import check_bundle
from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.exporter.recipe import read_recipe
from edgebert.inspection import static_scales

TASK = "text-classification"
ROWS = 300


def write_rows(path, rows):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A checkpoint with a site that int8 ruins, calibration texts, and rows that fp32 has right."""
    folder = tmp_path_factory.mktemp("shelf")
    write_spoiled(folder / "checkpoint", TASK)
    write_texts(folder / "texts.txt")
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder / "checkpoint")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "checkpoint")
    texts = list(some_texts(ROWS, start=100))
    with torch.inference_mode():
        answers = [model.eval()(**tokenizer(text, return_tensors="pt")).logits for text in texts]
        logits = torch.cat(answers)
        # Without this, random weights choose the same label for nearly every text.
        middle = logits.median(dim=0).values
        model.classifier.bias -= middle
    model.save_pretrained(folder / "checkpoint")
    labels = [model.config.id2label[int(best)] for best in (logits - middle).argmax(dim=1)]
    assert min(Counter(labels).values()) > ROWS / 10
    rows = [{"text": t, "label": label} for t, label in zip(texts, labels, strict=True)]
    write_rows(folder / "rows.jsonl", rows)
    best, second = (logits - middle).topk(2, dim=1).values.T
    clear = best - second > (best - second).median()  # not decided by the smallest rounding
    write_rows(folder / "clear.jsonl", [r for r, keep in zip(rows, clear, strict=True) if keep])
    return folder


@pytest.fixture
def export(shelf, tmp_path):
    def run(output=tmp_path / "bundle", **options):
        choices = {
            "calibration": shelf / "texts.txt",
            "calibration_texts": 32,
            "buckets": (16,),
            "backends": ("onnx",),
            **options,
        }
        return edgebert.export(shelf / "checkpoint", output, task=TASK, **choices)

    return run


def test_a_collapse_on_labelled_rows_fails_and_names_the_site(export, shelf, tmp_path):
    with pytest.raises(CheckFailedError) as caught:
        export(evaluate=shelf / "rows.jsonl", max_drop=0.5)
    message = str(caught.value)
    assert message.startswith("gate: accuracy of the static onnx artifact is ")
    assert "and 100.00, 95 % interval" in message
    assert "on 300 rows of rows.jsonl, more than --max-drop 0.5; nothing was written." in message
    assert f"Most of the damage is from {SPOILED_SITE} (" in message
    assert "\n" not in message
    assert list(tmp_path.iterdir()) == []


def test_with_the_site_in_fp32_it_passes_on_every_backend(export, shelf):
    bundle = export(
        evaluate=shelf / "clear.jsonl",
        max_drop=1,
        backends=BACKENDS,
        fp32_sites=(SPOILED_SITE, "embeddings.words"),
    )
    accuracy = bundle.manifest.accuracy
    assert (accuracy.data, accuracy.rows) == ("clear.jsonl", ROWS // 2)
    main = [figure for figure in accuracy.figures if figure.metric == "accuracy"]
    assert [figure.backend for figure in main] == list(BACKENDS)
    for figure in main:
        assert (figure.mode, figure.fp32) == ("static", 1)
        assert 0.99 <= figure.value <= 1
        assert figure.low <= figure.value - figure.fp32 <= figure.high
    assert check_bundle(bundle).passed
    # The recipe says what was left out, and the files have no scales for it.
    assert SPOILED_SITE in bundle.verified("recipe.toml").read_text()
    # Neither the site nor the scores of the classes are in int8.
    sites = json.loads(bundle.verified("calibration.json").read_text())["sites"]
    for artifact in bundle.manifest.artifacts:
        assert len(static_scales(bundle.root / artifact.path, 16)) == len(sites) - 2


@pytest.fixture
def embeddings(tmp_path):
    """Write a spoiled sentence encoder to `checkpoint`; return options for its export."""
    write_spoiled(tmp_path / "checkpoint", "feature-extraction")
    return {
        "task": "feature-extraction",
        "pooling": "mean",
        "calibration": write_texts(tmp_path / "texts.txt"),
        "calibration_texts": 32,
        "buckets": (16,),
        "backends": ("onnx",),
        "max_drop": 0.01,
    }


def test_without_labelled_rows_agreement_is_what_counts(embeddings, tmp_path):
    with pytest.raises(CheckFailedError) as caught:
        edgebert.export(tmp_path / "checkpoint", tmp_path / "bundle", **embeddings)
    message = str(caught.value)
    assert message.startswith("gate: the static onnx artifact agrees with fp32 only to 0.")
    assert "expected at least 0.9999 (--max-drop 0.01; --evaluate DATA would measure" in message
    assert SPOILED_SITE in message
    assert not (tmp_path / "bundle").exists()


def test_rows_of_another_task_are_refused(export, tmp_path, shelf):
    data = tmp_path / "rows.jsonl"
    data.write_text('{"text": "turn it on"}\n')
    with pytest.raises(EdgebertError, match=r"rows\.jsonl: line 1"):
        export(evaluate=data)
    with pytest.raises(EdgebertError, match=r"max_drop -1: expected points from 0 to 100"):
        export(evaluate=data, max_drop=-1)


def test_auto_finds_the_site_that_hurts_and_its_recipe_makes_the_bundle_again(embeddings, tmp_path):
    checkpoint = tmp_path / "checkpoint"
    bundle = edgebert.export(checkpoint, tmp_path / "bundle", auto=True, **embeddings)
    found = read_recipe(bundle.path("recipe.toml"))
    assert found.fp32_sites == (SPOILED_SITE,)
    assert not found.auto
    again = edgebert.export(
        checkpoint, tmp_path / "again", fp32_sites=found.fp32_sites, **embeddings
    )
    artifact = "model.static.onnx"
    assert again.verified(artifact).read_bytes() == bundle.verified(artifact).read_bytes()


def test_auto_keeps_to_the_allowed_drop_of_the_tasks_own_figure(export, shelf):
    bundle = export(evaluate=shelf / "rows.jsonl", max_drop=5, auto=True)
    accuracy = bundle.manifest.accuracy.figures[0]
    assert accuracy.metric == "accuracy"
    assert accuracy.fp32 - accuracy.value <= 0.05
    # All quantised it is more: see the first test.
    assert read_recipe(bundle.path("recipe.toml")).fp32_sites


def test_auto_leaves_nothing_in_fp32_where_nothing_needs_it(export, shelf):
    bundle = export(max_drop=60, auto=True)
    assert read_recipe(bundle.path("recipe.toml")).fp32_sites == ()


def test_auto_without_an_int8_mode_is_refused(export):
    with pytest.raises(EdgebertError, match="auto: nothing is quantised in fp32"):
        export(auto=True, modes=("fp32",), calibration=None)
