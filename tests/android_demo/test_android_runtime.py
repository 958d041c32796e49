"""Our .pte on ExecuTorch's Android library: its build for x86_64, run on this machine."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fixtures_checkpoints import class_name, write_checkpoint

from edgebert.bundle import Bundle, open_bundle, run_self_test
from edgebert.bundle.manifest import Mode
from edgebert.engines import ArtifactSpec
from edgebert.engines.inputs import pad_inputs
from edgebert.errors import EdgebertError
from edgebert.exporter.job import run_export
from edgebert.exporter.recipe import Recipe

MODES: tuple[Mode, ...] = ("static", "dynamic", "fp32")
BUCKETS = (16, 32)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A small classifier, exported as a user would, in every precision."""
    folder = tmp_path_factory.mktemp("pte")
    write_checkpoint(folder / "model", class_name("text-classification"))
    texts = folder / "texts.txt"
    texts.write_text("".join(f"turn on the light {number}\n" for number in range(70)), "utf-8")
    recipe = Recipe(
        checkpoint=str(folder / "model"),
        task="text-classification",
        calibration=str(texts),
        backends=("executorch",),
        modes=MODES,
        buckets=BUCKETS,
    )
    return open_bundle(run_export(recipe, folder / "bundle").root)


@pytest.mark.parametrize("mode", MODES)
def test_it_answers_as_the_self_test_expects(bundle, android_runtime, mode):
    report = run_self_test(bundle, android_runtime, mode)
    assert report.passed, report
    assert {found.bucket for found in report.deviations} == set(BUCKETS)


def test_a_file_that_is_damaged_is_refused(bundle, android_runtime, tmp_path: Path):
    artifact = bundle.artifact("executorch", "static")
    content = (bundle.root / artifact.path).read_bytes()
    damaged = tmp_path / "model.pte"
    damaged.write_bytes(content[: len(content) // 2])
    outputs = tuple(output.name for output in bundle.manifest.outputs)
    spec = ArtifactSpec(damaged, bundle.manifest.inputs, outputs, BUCKETS)
    inputs = pad_inputs([1, 2], [0, 0], 16, 0)
    with pytest.raises(EdgebertError, match="ExecuTorch failed with error"):
        android_runtime.open(spec).run(inputs)
    whole = android_runtime.open(replace(spec, path=bundle.root / artifact.path)).run(inputs)
    assert np.isfinite(whole["logits"]).all()
