"""Verification refuses an artifact that is not the model it was lowered from."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
from fixtures_checkpoints import write_checkpoint
from onnx import numpy_helper
from small_exports import write_texts

from edgebert.errors import CheckFailedError
from edgebert.exporter.calibration import TextSample, calibrate, read_texts
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.encoding import TextInputs
from edgebert.exporter.graph import DeploymentGraph
from edgebert.exporter.lowering import LOWERINGS
from edgebert.exporter.lowering.program import Program, build_program
from edgebert.exporter.quantization import plan_mode
from edgebert.exporter.rewrite_check import check_rewrite
from edgebert.exporter.verification import Lowered, Verdict, verify
from edgebert.progress import silent
from edgebert.text import WordPieceTokenizer

MODES = ("static", "dynamic", "fp32")
BUCKET = 12


@dataclass(frozen=True)
class Model:
    """A graph, its programs, and its artifacts for ONNX Runtime."""

    graph: DeploymentGraph
    programs: dict[str, Program]
    artifacts: dict[str, Path]
    inputs: TextInputs
    samples: list[TextSample]

    def verify(self, path: Path, mode: str, self_test: Sequence[TextSample] = ()) -> Verdict:
        (verdict,) = verify(
            self.graph,
            {mode: self.programs[mode]},
            [Lowered("onnx", mode, path)],
            self.samples,
            self_test,
            self.inputs,
            silent,
        )
        return verdict


def make_model(folder: Path, seed: int) -> Model:
    write_checkpoint(
        folder / "checkpoint", "SqueezeBertForTokenClassification", seed=seed, num_hidden_layers=1
    )
    checkpoint = load_checkpoint(str(folder / "checkpoint"), "token-classification")
    graph = DeploymentGraph(checkpoint, max_length=BUCKET).eval()
    tokenizer = WordPieceTokenizer(checkpoint.vocabulary, checkpoint.tokenizer)
    inputs = TextInputs(tokenizer, graph.input_names, BUCKET)
    samples = list(read_texts(write_texts(folder / "texts.txt", 20)))
    table = calibrate(
        graph,
        [inputs.tensors(inputs.encode(sample)) for sample in samples],
        observer="minmax",
        checkpoint_sha256=checkpoint.sha256,
        text_sha256="0" * 64,
    )
    programs, artifacts = {}, {}
    for mode in MODES:
        plan = plan_mode(graph.sites(), mode, table)
        programs[mode] = build_program(graph, plan, (BUCKET,))
        artifacts[mode] = folder / f"{mode}.onnx"
        LOWERINGS["onnx"](programs[mode], artifacts[mode], lambda _: None)
    return Model(graph, programs, artifacts, inputs, samples)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Model:
    return make_model(tmp_path_factory.mktemp("verified"), seed=0)


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Model:
    """Of the same shape, with other weights."""
    return make_model(tmp_path_factory.mktemp("other"), seed=1)


@pytest.mark.parametrize("mode", MODES)
def test_its_own_artifact_passes(model, mode):
    verdict = model.verify(model.artifacts[mode], mode)
    rows = verdict.fidelity(held_out=True)
    assert [row.texts for row in rows] == [20] * len(rows)
    assert 0 < verdict.tolerance <= 0.1
    assert rows[0].agreement > 0.95


def test_texts_of_the_self_test_count_for_its_tolerances_alone(model):
    alone = model.verify(model.artifacts["static"], "static")
    ours = [TextSample(f"our own sentence, number {number}") for number in range(40)]
    both = model.verify(model.artifacts["static"], "static", ours)
    assert both.fidelity(held_out=True) == alone.fidelity(held_out=True)
    assert both.on_self_test[min(both.on_self_test)].texts == 40
    assert both.tolerance >= alone.tolerance


@pytest.mark.parametrize("mode", MODES)
def test_an_artifact_of_another_model_fails(model, other, mode):
    with pytest.raises(CheckFailedError) as caught:
        model.verify(other.artifacts[mode], mode)
    assert f"the {mode} onnx artifact" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_int8_artifact_is_not_fp32(model):
    with pytest.raises(CheckFailedError, match="the fp32 onnx artifact"):
        model.verify(model.artifacts["static"], "fp32")


def changed(source: Path, target: Path, name: str, change) -> Path:
    """Copy an .onnx with one constant changed."""
    shutil.copy(source, target)
    graph = onnx.load(target)
    tensor = next(t for t in graph.graph.initializer if t.name.endswith(name))
    tensor.CopyFrom(numpy_helper.from_array(change(numpy_helper.to_array(tensor)), tensor.name))
    onnx.save(graph, target)
    return target


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("mode", ["static", "fp32"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_answers_that_are_no_numbers_fail(model, tmp_path, mode, value):
    path = changed(
        model.artifacts[mode],
        tmp_path / "model.onnx",
        "head.classifier.bias",
        lambda bias: np.full_like(bias, value),
    )
    with pytest.raises(CheckFailedError):
        model.verify(path, mode)


def test_a_scale_set_wrongly_fails(model, tmp_path):
    path = changed(
        model.artifacts["static"],
        tmp_path / "model.onnx",
        "layers.0.attention.output.0.weight.scale",
        lambda scales: scales * np.float32(4),
    )
    with pytest.raises(CheckFailedError):
        model.verify(path, "static")


def test_a_graph_that_is_not_the_checkpoint_is_refused(tmp_path):
    write_checkpoint(tmp_path, "SqueezeBertForTokenClassification", num_hidden_layers=1)
    checkpoint = load_checkpoint(str(tmp_path), "token-classification")
    graph = DeploymentGraph(checkpoint, max_length=BUCKET).eval()
    tokenizer = WordPieceTokenizer(checkpoint.vocabulary, checkpoint.tokenizer)
    inputs = TextInputs(tokenizer, graph.input_names, BUCKET)
    encodings = [inputs.encode(TextSample("the cat sat"))]
    check_rewrite(checkpoint, graph, encodings, inputs)
    graph.layers[0].ffn_norm.weight[3] += 0.01
    with pytest.raises(CheckFailedError, match="the deployment graph's logits differs from the"):
        check_rewrite(checkpoint, graph, encodings, inputs)
