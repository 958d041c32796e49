"""The embedded default: real weights, real sentences, three engines."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file
from small_exports import BACKENDS, feeds, run_artifact, scales_by_site

from edgebert.bundle import check_bundle
from edgebert.bundle.self_test import run_self_test
from edgebert.exporter.calibration import activation_parameters, read_table, weight_scales
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.graph import DeploymentGraph
from edgebert.exporter.lowering.program import build_program
from edgebert.exporter.quantization.modules import StaticLinear
from edgebert.exporter.quantization.plan import plan_mode
from edgebert.exporter.recipe import find_checkpoint, read_recipe
from edgebert.exporter.text_selection import choose_texts

ROOT = Path(__file__).parents[2]
CLINC150 = ROOT.parent / "shared" / "data" / "clinc150" / "data_full.json"
RECIPE = ROOT / "export" / "minilm-embeddings.toml"
CHECKPOINT = Path(find_checkpoint(read_recipe(RECIPE).checkpoint))
EVERYDAY = Path(str(files("edgebert.exporter") / "texts" / "everyday.txt"))


@pytest.fixture(scope="module")
def table(minilm):
    return read_table(minilm.root / "calibration.json")


def embeddings_of_transformers(texts: list[str]) -> np.ndarray:
    """Return the mean of transformers' fp32 token states, float32 [texts, channels]."""
    tokenizer = transformers.BertTokenizer.from_pretrained(CHECKPOINT)
    model = transformers.BertModel.from_pretrained(CHECKPOINT).eval()
    means = []
    with torch.inference_mode():
        for text in texts:
            inputs = tokenizer(text, return_tensors="pt", truncation=True, max_length=64)
            means.append(model(**inputs).last_hidden_state[0].mean(dim=0).numpy())
    return np.stack(means)


def mean_cosine(bundle, backend: str, texts: list[str], expected: np.ndarray) -> float:
    outputs = run_artifact(bundle, backend, "static", feeds(bundle, iter(texts), 64))
    found = np.concatenate([arrays["sentence_embedding"] for arrays in outputs])
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
    return float(np.mean((found * expected).sum(axis=1) / lengths))


def test_embeddings_of_assistant_requests_keep_their_direction(minilm):
    if not CLINC150.exists():
        pytest.skip(f"{CLINC150.relative_to(ROOT.parent)} is not here")
    texts = [text for text, _ in json.loads(CLINC150.read_text())["test"]][::30]
    expected = embeddings_of_transformers(texts)
    for backend in BACKENDS:
        assert mean_cosine(minilm, backend, texts, expected) >= 0.99


def test_embeddings_of_texts_not_calibrated_on_keep_their_direction(minilm):
    recipe = read_recipe(minilm.root / "recipe.toml")
    recipe = type(recipe)(
        checkpoint=recipe.checkpoint,
        task=recipe.task,
        calibration=str(EVERYDAY),
        calibration_texts=recipe.calibration_texts,
    )
    calibrated = {sample.text for sample in choose_texts(recipe).calibration}
    texts = [text for text in EVERYDAY.read_text().splitlines() if text not in calibrated][::3]
    assert len(calibrated) == 128
    assert len(texts) > 100
    expected = embeddings_of_transformers(texts)
    for backend in BACKENDS:
        assert mean_cosine(minilm, backend, texts, expected) >= 0.99


def test_the_bundle_passes_its_own_check(minilm):
    report = check_bundle(minilm)
    assert report.problems == ()
    assert [check.outcome for check in report.artifacts] == ["passed"] * 3
    assert [check.artifact.backend for check in report.artifacts] == list(BACKENDS)


def saturating_integers(linear: StaticLinear, x: torch.Tensor) -> torch.Tensor:
    """Compute a static linear as x86 does without VNNI when weights have their full range.

    Unsigned inputs times signed weights, neighbouring products added in 16 bits (vpmaddubsw).
    """
    into, out = linear.input_parameters, linear.output_parameters
    q = (torch.round(x / into.scale) + into.zero_point).clamp(-128, 127) + 128
    weights = linear.weight.values.float()
    rows = []
    for row in q.reshape(-1, q.shape[-1]):
        products = row * weights
        rows.append((products[:, 0::2] + products[:, 1::2]).clamp(-(2**15), 2**15 - 1).sum(dim=1))
    sums = torch.stack(rows).reshape(*q.shape[:-1], -1)
    sums = sums - (128 + into.zero_point) * weights.sum(dim=1) + linear.integer_bias
    y = torch.round(sums * (linear.step / out.scale)) + out.zero_point
    return (y.clamp(-128, 127) - out.zero_point) * out.scale


class GraphEngine:
    """Answers with the quantised graph in PyTorch, under whatever arithmetic that has."""

    name = "graph"
    backend = "onnx"

    def __init__(self, graph: DeploymentGraph) -> None:
        self.graph = graph

    def version(self) -> str:
        return "1"

    def open(self, artifact, threads=None):
        return self

    def run(self, inputs):
        with torch.inference_mode():
            results = self.graph(*map(torch.from_numpy, inputs.values()))
        return dict(zip(self.graph.output_names, (r.numpy() for r in results), strict=True))


def test_saturating_kernels_are_caught(minilm, table, monkeypatch):
    graph = DeploymentGraph(load_checkpoint(str(CHECKPOINT), "feature-extraction")).eval()
    program = build_program(graph, plan_mode(graph.sites(), "static", table), (16, 64))
    engine = GraphEngine(program.quantized)
    assert run_self_test(minilm, engine, "static").problem is None
    monkeypatch.setattr(StaticLinear, "integers", saturating_integers)
    report = run_self_test(minilm, engine, "static")
    assert "expected at most" in report.problem


def test_the_manifest_says_what_was_made_of_what_and_how_well(minilm):
    manifest = minilm.manifest
    assert (manifest.task, manifest.pooling, manifest.normalize) == (
        "feature-extraction",
        "mean",
        True,
    )
    assert manifest.buckets == (16, 64)
    assert manifest.source.architecture == "BertModel"
    assert manifest.source.license is not None
    assert manifest.calibration is not None
    assert (manifest.calibration.observer, manifest.calibration.texts) == ("mse", 128)
    assert manifest.versions["torch"].partition("+")[0] == "2.13.0"
    assert {"executorch", "litert-torch", "onnx", "onnxruntime"} <= set(manifest.versions)
    for row in manifest.fidelity:
        assert row.held_out
        assert row.texts >= 64
        assert row.agreement > (0.99 if row.reference == "fp32" else 0.999)
    # Nothing tells of the machine it was made on.
    for name in ("manifest.json", "recipe.toml", "calibration.json", "self_test.json"):
        assert str(ROOT) not in (minilm.root / name).read_text()


def test_all_artifacts_have_exactly_the_scales_of_the_table(minilm, table):
    checkpoint = load_checkpoint(str(CHECKPOINT), "feature-extraction")
    linears = DeploymentGraph(checkpoint).sites()
    expected, by_weights = {}, {}
    for site, ranges in table.sites.items():
        weight = linears[site].weight.clone()
        weight[ranges.output_outliers] = 0
        weight[:, ranges.input_outliers] = 0
        scales = tuple(weight_scales(weight).tolist())
        source, target = map(activation_parameters, (ranges.input, ranges.output))
        expected[site] = (
            (source.scale, source.zero_point),
            (target.scale, target.zero_point),
            scales,
        )
        by_weights[scales] = site
    assert len(expected) == len(by_weights) == 24
    for part in ("input_outliers", "output_outliers"):
        assert any(getattr(ranges, part) for ranges in table.sites.values())
    for backend in BACKENDS:
        path = minilm.root / minilm.artifact(backend, "static").path
        for bucket in (16, 64):
            assert scales_by_site(path, bucket, by_weights) == expected


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("encoder.layer.0.intermediate.dense.weight", "layers.0.ffn.up.0"),
        ("encoder.layer.5.output.dense.weight", "layers.5.ffn.down.0"),
        ("encoder.layer.3.attention.output.dense.weight", "layers.3.attention.output.0"),
        ("embeddings.word_embeddings.weight", None),
    ],
)
def test_a_weight_of_the_checkpoint_lies_in_every_artifact_once(minilm, table, backend, name, site):
    weight = load_file(CHECKPOINT / "model.safetensors")[name].float().numpy()
    if site is not None:
        # Outliers are computed apart.
        weight[table.sites[site].output_outliers] = 0
        weight[:, table.sites[site].input_outliers] = 0
    steps = np.abs(weight).max(axis=1) / np.float32(127)
    steps = np.where(steps == 0, steps.max(), steps)
    integers = np.rint(weight / steps[:, None]).astype(np.int8)
    content = (minilm.root / minilm.artifact(backend, "static").path).read_bytes()
    assert content.count(integers.tobytes()) == 1
