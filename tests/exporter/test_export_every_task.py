"""Every task's small checkpoint on three engines: fp32 is the checkpoint, int8 is the graph's."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from fixtures_checkpoints import write_checkpoint
from small_exports import (
    BACKENDS,
    deviations,
    export_small,
    feeds,
    program_of,
    run_artifact,
    run_graph,
    some_texts,
    write_texts,
)

import edgebert
from edgebert.bundle import check_bundle
from edgebert.engines import engine_for
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.gate import measure_accuracy
from edgebert.exporter.graph import DeploymentGraph
from edgebert.exporter.preparation import prepare
from edgebert.exporter.recipe import recipe_for
from edgebert.inspection import static_scales
from edgebert.progress import silent
from edgebert.tasks import Request, task_for

REQUESTS = {
    "text-classification": Request("turn on the light"),
    "feature-extraction": Request("what is playing in the light?"),
    "fill-mask": Request("turn on the [MASK] in play", top_k=3),
    "multiple-choice": Request("what is it?", choices=("the light", "weather")),
    "token-classification": Request("turn on weather 7"),
    "question-answering": Request("what is on?", "the light is"),
    "intent-and-slots": Request("turn on the light in play 7", top_k=2),
}

EVERY_TASK = list(REQUESTS)
ALL_MODES = "text-classification"


def answer_of_checkpoint(export, request):
    """Answer with transformers' own module, without padding."""
    task = task_for(export.bundle.manifest, export.bundle.tokenizer)
    encoded = task.encode(request)
    outputs = []
    for encoding in encoded.encodings:
        inputs = {
            "input_ids": torch.tensor([encoding.input_ids]),
            "token_type_ids": torch.tensor([encoding.token_type_ids]),
        }
        if task_name(export) == "multiple-choice":
            outputs.append(
                {"logits": export.model(**{k: v[None] for k, v in inputs.items()})[0][0].numpy()}
            )
        elif task_name(export) == "feature-extraction":
            states = export.model(**inputs).last_hidden_state
            outputs.append({"sentence_embedding": states[0].mean(dim=0).numpy()})
        else:
            outputs.append({k: v[0].numpy() for k, v in export.model(**inputs).items()})
    return task.decode(encoded, outputs)


def task_name(export) -> str:
    return export.bundle.manifest.task


def assert_close(found, expected, tolerance):
    """Compare two answers field by field, numbers within a tolerance."""
    if dataclasses.is_dataclass(expected):
        assert type(found) is type(expected)
        for field in dataclasses.fields(expected):
            assert_close(getattr(found, field.name), getattr(expected, field.name), tolerance)
    elif isinstance(expected, tuple):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_close(one, other, tolerance)
    elif isinstance(expected, float | np.ndarray):
        np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)
    else:
        assert found == expected


@pytest.mark.parametrize("task", EVERY_TASK)
def test_fp32_answers_are_the_checkpoints_on_every_engine(small, task):
    export = small(task)
    expected = answer_of_checkpoint(export, REQUESTS[task])
    for backend in BACKENDS:
        engine = engine_for(backend).name
        pipeline = edgebert.load(export.bundle.root, engine=engine, mode="fp32", threads=1)
        assert_close(pipeline.run(REQUESTS[task]).answer, expected, 1e-4)


def test_a_masked_language_model_is_judged_on_texts_with_masks(small):
    bundle = small("fill-mask").bundle
    mask_id = bundle.tokenizer.mask_id
    assert all(vector.input_ids.count(mask_id) == 1 for vector in bundle.self_test().vectors)
    assert all("[MASK]" in vector.text for vector in bundle.self_test().vectors)


@pytest.mark.parametrize("task", EVERY_TASK)
def test_static_artifacts_compute_what_their_graph_does_and_so_agree(small, task):
    bundle = small(task).bundle
    bucket = bundle.manifest.buckets[-1]
    inputs = feeds(bundle, some_texts(40, start=200), bucket)
    program = program_of(small(task))
    expected = run_graph(bundle, program.quantized, inputs)
    exact = run_graph(bundle, program.graph, inputs)
    results = {backend: run_artifact(bundle, backend, "static", inputs) for backend in BACKENDS}
    for found in results.values():
        # One value in a thousand may be rounded to the step beside; then it shows.
        assert np.quantile(deviations(found, expected), 0.9) < 0.01
        assert max(deviations(found, expected)) < 0.05
        # int8 is near fp32, and is not fp32.
        assert 1e-4 < np.median(deviations(found, exact)) < 0.05
    for backend in BACKENDS[1:]:
        assert np.quantile(deviations(results[backend], results["executorch"]), 0.9) < 0.01


@pytest.mark.parametrize("task", [ALL_MODES])
@pytest.mark.parametrize("bucket", [8, 16])
def test_dynamic_artifacts_are_near_their_graph_and_fp32(small, task, bucket):
    bundle = small(task).bundle
    inputs = feeds(bundle, some_texts(40, start=200), bucket)
    program = program_of(small(task), "dynamic")
    expected = run_graph(bundle, program.quantized, inputs)
    exact = run_graph(bundle, program.graph, inputs)
    for backend in BACKENDS:
        found = run_artifact(bundle, backend, "dynamic", inputs)
        # Each engine finds the range of a row in its own floating-point order.
        assert np.median(deviations(found, expected)) < 0.02
        assert 1e-5 < np.median(deviations(found, exact)) < 0.03


@pytest.mark.parametrize("task", [ALL_MODES])
def test_a_text_answers_alike_in_every_bucket(small, task):
    bundle = small(task).bundle
    encode = bundle.tokenizer.encode
    texts = [t for t in some_texts(40, start=300) if len(encode(t, max_length=16)) <= 8]
    assert len(texts) > 5
    for backend in BACKENDS:
        short, long = (
            run_artifact(bundle, backend, "fp32", feeds(bundle, iter(texts), bucket))
            for bucket in (8, 16)
        )
        assert max(deviations(short, long)) < 1e-4


@pytest.mark.parametrize("task", [ALL_MODES])
def test_the_manifest_has_both_errors_of_every_artifact_and_bucket(small, task):
    manifest = small(task).bundle.manifest
    rows = {(row.backend, row.mode, row.bucket, row.reference) for row in manifest.fidelity}
    assert rows == {
        (backend, mode, bucket, reference)
        for backend in BACKENDS
        for bucket in (8, 16)
        for mode in ("static", "dynamic", "fp32")
        for reference in (("torch",) if mode == "fp32" else ("fake-quantized", "fp32"))
    }
    assert all(row.texts >= 64 for row in manifest.fidelity)
    by_reference = {reference: [] for reference in ("torch", "fake-quantized", "fp32")}
    for row in manifest.fidelity:
        by_reference[row.reference].append(row.snr_db)
    # Conversion errors are those of float32 sums, quantisation errors those of 256 levels.
    assert min(by_reference["torch"]) > 100
    assert 20 < min(by_reference["fp32"]) < max(by_reference["fp32"]) < 80


@pytest.mark.parametrize("task", EVERY_TASK)
def test_the_bundle_passes_its_own_check(small, task):
    report = check_bundle(small(task).bundle)
    assert report.problems == ()
    artifacts = small(task).bundle.manifest.artifacts
    assert [check.outcome for check in report.artifacts] == ["passed"] * len(artifacts)


@pytest.mark.parametrize(
    ("rows", "judged"),
    [
        ([{"text": "play", "label": "music"}], "intent_accuracy"),
        ([{"tokens": ["play"], "tags": ["O"], "label": "light"}], "exact_match"),
    ],
)
def test_the_gate_judges_the_first_figure_that_the_rows_define(small, tmp_path, rows, judged):
    export = small("intent-and-slots")
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    recipe = recipe_for(
        export.checkpoint,
        {"task": "intent-and-slots", "modes": ("fp32",), "buckets": (16,), "evaluate": data},
    )
    prepared = prepare(recipe, silent)
    accuracy = measure_accuracy(recipe, prepared, export.bundle.root, silent)
    judged_first = [figure for figure in accuracy.figures if figure.metric == judged]
    assert accuracy.figures[: len(judged_first)] == tuple(judged_first)
    kinds = {(figure.backend, figure.mode) for figure in judged_first}
    assert kinds == {(backend, mode) for backend in BACKENDS for mode in ("static", "fp32")}
    assert all(figure.value == figure.fp32 for figure in judged_first if figure.mode == "fp32")


@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_an_activation_that_converters_fold_into_linears_stays_apart(tmp_path, activation):
    export = export_small(
        tmp_path,
        "text-classification",
        config={"hidden_act": activation, "num_hidden_layers": 1},
        backends=("litert", "onnx"),
        modes=("static", "dynamic"),
        buckets=(8,),
    )
    for row in export.bundle.manifest.fidelity:
        assert row.snr_db > (20 if row.reference == "fp32" else 40)


def test_two_equal_layers_are_both_quantised(tmp_path):
    """The ONNX converter stores their weights once."""
    model = write_checkpoint(
        tmp_path / "checkpoint", "SqueezeBertForTokenClassification", num_hidden_layers=2
    )
    model.transformer.encoder.layers[1].load_state_dict(
        model.transformer.encoder.layers[0].state_dict()
    )
    model.save_pretrained(tmp_path / "checkpoint")
    bundle = edgebert.export(
        tmp_path / "checkpoint",
        tmp_path / "bundle",
        task="token-classification",
        calibration=write_texts(tmp_path / "texts.txt"),
        backends=("litert", "onnx"),
        buckets=(8,),
    )
    checkpoint = load_checkpoint(str(tmp_path / "checkpoint"), "token-classification")
    sites = {site for site in DeploymentGraph(checkpoint).sites() if site != "head.classifier"}
    for backend in ("litert", "onnx"):
        path = bundle.root / bundle.artifact(backend, "static").path
        assert len(static_scales(path)) == len(sites)
