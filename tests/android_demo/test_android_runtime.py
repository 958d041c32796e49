"""The assistant's .pte on ExecuTorch's Android library: its x86_64 build, on this machine."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import edgebert
from edgebert.bundle import Bundle, open_bundle, run_self_test
from edgebert.bundle.manifest import Mode
from edgebert.engines import ArtifactSpec
from edgebert.engines.inputs import pad_inputs
from edgebert.errors import EdgebertError

ROOT = Path(__file__).parents[2]
MODES: tuple[Mode, ...] = ("static", "dynamic")
BUCKETS = (16,)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The assistant that ships, as `make demo` exports it, for this engine and two buckets."""
    folder = tmp_path_factory.mktemp("pte")
    exported = edgebert.export(
        ROOT / "export" / "assistant.toml",
        folder / "assistant",
        backends=["executorch"],
        modes=MODES,
        buckets=BUCKETS,
    )
    return open_bundle(exported.root)


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
    assert set(whole) == {"intent_logits", "slot_logits"}
    assert all(np.isfinite(values).all() for values in whole.values())
