"""The ssh target on a board for ARM: emulated, with Debian's own Python and sshd."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_artifacts
from stand_ins.machine import require_machines
from stand_ins.raspberry import Raspberry, raspberry
from tiny_bundles import make_self_test, write_bundle

from edgebert.bench.targets import SshOptions, SshTarget
from edgebert.bench.targets.ssh_connection import parse_address
from edgebert.bench.visit import Setup
from edgebert.bundle import open_bundle


@pytest.fixture(scope="module")
def board(tmp_path_factory) -> Iterator[Raspberry]:
    require_machines()
    with raspberry(tmp_path_factory.mktemp("raspberry")) as running:
        yield running


@pytest.fixture(scope="module")
def portable(tmp_path_factory) -> Path:
    """The tiny model for the two engines that --install brings."""
    weights = tiny_artifacts.random_weights(0)
    return write_bundle(
        tmp_path_factory.mktemp("bundles") / "portable",
        [
            ("litert", "fp32", "model.fp32.tflite", tiny_artifacts.tflite(0)),
            ("onnx", "fp32", "model.fp32.onnx", tiny_artifacts.onnx(weights)),
        ],
        make_self_test({"fp32": weights}),
    )


def test_install_measure_clean(bench, board, portable):
    """The board has no pip and no network; both engines answer there as they must."""
    bench.bundle = open_bundle(portable)
    target = SshTarget(parse_address(board.address), SshOptions(board.client_config))
    outcome = bench(
        target,
        engines=("litert", "onnxruntime"),
        repeats=1,
        buckets=(8,),
        setup=Setup(install=True, clean=True),
    )
    assert outcome.failures == []
    assert outcome.survey.engines.keys() == {"litert", "onnxruntime"}
    assert [result.variant.engine for result in outcome.results] == ["litert", "onnxruntime"]
    assert all(result.model.n == 4 and result.peak_rss > 1e6 for result in outcome.results)
    machine = outcome.survey.machine
    assert machine.architecture == "aarch64"
    assert machine.cpu.features["asimddp"]
    assert not machine.cpu.features["i8mm"]
    assert sorted(path.name for path in board.home.iterdir()) == [".ssh"]
    assert not list(board.machine.path("/tmp").iterdir())
    assert board.machine.workers() == []
