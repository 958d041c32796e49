"""fp16 between the int8 linears: what is written, what is measured, and when it is refused."""

import numpy as np
import pytest
import torch
from fixtures_checkpoints import write_checkpoint, write_vocabulary
from msgspec import UNSET
from small_exports import (
    SmallExport,
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
from edgebert.bundle.check import check_bundle
from edgebert.errors import CheckFailedError
from edgebert.exporter.half_precision import HalfPrecisionGraph, round_to_fp16
from edgebert.exporter.lowering.tflite_file import read_model

TASK = "intent-and-slots"


@pytest.fixture(scope="module")
def export(tmp_path_factory) -> SmallExport:
    return export_small(
        tmp_path_factory.mktemp("fp16"),
        TASK,
        modes=("static", "dynamic", "fp32"),
        backends=("litert", "onnx"),
        fp16=True,
    )


def metadata(export: SmallExport, mode: str) -> dict[str, str]:
    model = read_model(export.artifact("litert", mode).read_bytes())
    return {
        entry.name.decode(): bytes(model.buffers[entry.buffer].data).decode("latin-1")
        for entry in model.metadata
    }


@pytest.mark.parametrize("mode", ["static", "dynamic"])
def test_the_file_asks_for_fp16(export, mode):
    assert metadata(export, mode)["reduced_precision_support"] == "fp16accfp16"


def test_fp32_stays_fp32(export):
    assert "reduced_precision_support" not in metadata(export, "fp32")


def test_the_manifest_has_what_it_costs(export):
    found = {(a.backend, a.mode): a.fp16 for a in export.bundle.manifest.artifacts}
    for mode in ("static", "dynamic"):
        half = found.pop(("litert", mode))
        assert half.texts >= 68  # those not calibrated on, and the self-test's
        assert 0.9 < half.worst <= 1
        assert 0 <= half.agreement <= 1
    assert set(found.values()) == {UNSET}


def test_the_bundle_passes_its_self_test(export):
    assert not check_bundle(export.bundle).problems


def test_a_processor_without_it_answers_as_before(export, tmp_path):
    """Which this one is, unless it has AVX512-FP16."""
    plain = edgebert.export(
        str(export.checkpoint),
        tmp_path / "plain",
        task=TASK,
        table=str(export.bundle.root / "calibration.json"),
        calibration=str(export.calibration),
        backends=("litert",),
        buckets=(16,),
    )
    inputs = feeds(plain, some_texts(8, 200), 16)
    pairs = (run_artifact(bundle, "litert", "static", inputs) for bundle in (plain, export.bundle))
    for one, other in zip(*pairs, strict=True):
        for name in one:
            np.testing.assert_allclose(one[name], other[name], atol=1e-5)


@pytest.mark.parametrize("mode", ["static", "dynamic"])
def test_fp16_moves_the_answers_a_little(export, mode):
    quantized = program_of(export, mode).quantized
    half = HalfPrecisionGraph(quantized)
    inputs = feeds(export.bundle, some_texts(8, 200), 16)
    found = deviations(*(run_graph(export.bundle, graph, inputs) for graph in (half, quantized)))
    assert all(0 < deviation < 0.05 for deviation in found)


def test_rounding_is_ieee_half_precision():
    x = torch.tensor([1 + 2**-11, 1 + 3 * 2**-11, 65504.0, 65536.0, 2.0**-26])
    assert round_to_fp16(x).tolist() == [1.0, 1 + 2**-9, 65504.0, float("inf"), 0.0]
    ids = torch.tensor([70000])
    assert round_to_fp16(ids) is ids


def test_what_overflows_is_refused(tmp_path):
    """A channel 300 times larger than the rest, whose square is none of fp16."""
    checkpoint = tmp_path / "checkpoint"
    model = write_checkpoint(checkpoint, "SqueezeBertModel", num_hidden_layers=1)
    with torch.no_grad():
        model.encoder.layers[0].output.conv1d.bias[3] = 400
    model.save_pretrained(checkpoint)
    write_vocabulary(checkpoint)
    options = {
        "task": "feature-extraction",
        "pooling": "mean",
        "calibration": str(write_texts(tmp_path / "texts.txt")),
        "calibration_texts": 32,
        "backends": ("litert",),
        "buckets": (16,),
    }
    with pytest.raises(CheckFailedError, match=r"^fp16: sentence_embedding .*Leave --fp16 out$"):
        edgebert.export(str(checkpoint), tmp_path / "bundle", fp16=True, **options)
    assert not (tmp_path / "bundle").exists()
    edgebert.export(str(checkpoint), tmp_path / "bundle", **options)
