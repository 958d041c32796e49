"""`edgebert run --labels`, and the same in Python: labels that the model was not trained for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import transformers

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "exporter")]

from fixtures_checkpoints import VOCABULARY  # noqa: E402
from small_exports import export_small  # noqa: E402

import edgebert  # noqa: E402
from edgebert.errors import EdgebertError  # noqa: E402

TEXT = "what is playing in the light?"


@pytest.fixture(scope="module")
def nli(tmp_path_factory):
    labels = dict(enumerate(("entailment", "neutral", "contradiction")))
    ids = {label: id for id, label in labels.items()}
    return export_small(
        tmp_path_factory.mktemp("nli"),
        "text-classification",
        config={"num_hidden_layers": 1, "id2label": labels, "label2id": ids},
        modes=("fp32",),
        backends=("onnx",),
        buckets=(16, 32),
    )


@pytest.fixture(scope="module")
def theirs(nli):
    """transformers' own pipeline of the checkpoint."""
    tokenizer = transformers.BertTokenizer(
        vocab={token: id for id, token in enumerate(VOCABULARY)}, model_max_length=32
    )
    return transformers.pipeline(
        "zero-shot-classification", model=nli.model, tokenizer=tokenizer, device="cpu"
    )


def run(*arguments):
    command = [sys.executable, "-m", "edgebert.cli", "run", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_bundle_gives_transformers_scores(nli, theirs):
    pipeline = edgebert.load(nli.bundle.root)
    for multi_label in (False, True):
        asked = pipeline.zero_shot(["weather", "light"], multi_label=multi_label)
        assert asked.task == "zero-shot-classification"
        found = asked(TEXT).labels
        expected = theirs(TEXT, ["weather", "light"], multi_label=multi_label)
        assert [one.label for one in found] == expected["labels"]
        assert [one.score for one in found] == pytest.approx(expected["scores"], abs=1e-4)
    assert pipeline.task == "text-classification"


def test_on_the_command_line(nli, theirs):
    template = "is it {}?"
    options = ("--labels", "weather, light,, play", "--hypothesis", template, "--json")
    ran = run(nli.bundle.root, TEXT, *options)
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    assert document["task"] == "zero-shot-classification"
    found = document["results"][0]["answer"]["labels"]
    expected = theirs(TEXT, ["weather", "light", "play"], hypothesis_template=template)
    assert [one["label"] for one in found] == expected["labels"]
    assert [one["score"] for one in found] == pytest.approx(expected["scores"], abs=1e-4)
    shown = run(nli.bundle.root, TEXT, "--labels", "weather,light", "--multi-label").stdout
    assert "zero-shot-classification" in shown
    assert "weather" in shown


def test_options_that_do_not_fit_end_in_one_line(nli):
    for options, message in (
        (("--hypothesis", "it is {}"), "--hypothesis: goes with labels to choose from"),
        (("--multi-label",), "--multi-label: goes with labels"),
        (("--labels", ","), "labels: found an empty one or none"),
        (("--labels", "a,b", "--hypothesis", "it"), "hypothesis: found 'it'"),
    ):
        ran = run(nli.bundle.root, TEXT, *options)
        assert ran.returncode == 2
        assert message in ran.stderr
        assert len(ran.stderr.splitlines()) == 1
    with pytest.raises(EdgebertError, match="found a second text"):
        edgebert.load(nli.bundle.root).zero_shot(["a", "b"])(TEXT, pair="more")
