"""A small real bundle, and a benchmark of it that a test may bend."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / name) for name in ("bench", "bundle", "engines")]

from ssh_server import SSHD, SshServer, ssh_server  # noqa: E402
from stand_ins.machine import require_machines  # noqa: E402
from stand_ins.phone import Phone, phone  # noqa: E402
from tiny_bundles import write_onnx_bundle  # noqa: E402

from edgebert.bench.benchmark import Benchmark, Outcome  # noqa: E402
from edgebert.bench.channel import Channel  # noqa: E402
from edgebert.bench.protocol import Method  # noqa: E402
from edgebert.bench.records import RecordFile  # noqa: E402
from edgebert.bench.samples import make_samples  # noqa: E402
from edgebert.bench.selection import Selection  # noqa: E402
from edgebert.bench.targets import LocalTarget, SshOptions, SshTarget, Target  # noqa: E402
from edgebert.bench.targets.ssh_connection import parse_address  # noqa: E402
from edgebert.bench.visit import Setup, visit  # noqa: E402
from edgebert.bundle import Bundle, open_bundle  # noqa: E402
from edgebert.bundle.hashing import record_of  # noqa: E402

AS_IT_IS = Setup()
QUICK = Method(iterations=4, warm_ups=1, turn=2, settle_ms=0.0)
# A process takes over three seconds, enough to be interrupted.
SLOW = Method(iterations=4, warm_ups=1, turn=4, settle_ms=400.0)


@dataclass
class Bench:
    """Benchmarks a bundle into a file, with what it said along the way."""

    bundle: Bundle
    path: Path
    said: list[str] = field(default_factory=list)
    run: str = "run"

    def __call__(
        self,
        target: Target | None = None,
        *,
        progress: Callable[[str, int, int], None] = lambda what, done, total: None,
        repeats: int = 2,
        method: Method = QUICK,
        setup: Setup = AS_IT_IS,
        **selection: tuple,
    ) -> Outcome:
        target = target or LocalTarget()
        benchmark = self.benchmark(repeats, method, **selection)
        channel = Channel(target)
        return visit(benchmark, target, channel, setup, progress=progress, say=self.said.append)

    def benchmark(self, repeats: int = 2, method: Method = QUICK, **selection: tuple) -> Benchmark:
        chosen = Selection(**{"engines": ("onnxruntime",), "threads": (1,), **selection})
        chosen.check(self.bundle)
        return Benchmark(
            self.run,
            self.bundle,
            chosen,
            make_samples(self.bundle, chosen.all_buckets(self.bundle)),
            repeats,
            method,
            RecordFile(self.path),
        )

    @property
    def lines(self) -> list[bytes]:
        return self.path.read_bytes().splitlines() if self.path.exists() else []


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    """The bundle, not to be changed: ONNX, static and fp32, buckets of 8 and 16."""
    return write_onnx_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.fixture
def slow() -> Method:
    return SLOW


@pytest.fixture
def bench(tiny, tmp_path) -> Bench:
    return Bench(open_bundle(tiny), tmp_path / "results.jsonl")


@pytest.fixture
def exchanged(bench, tiny, tmp_path):
    """A bundle whose static artifact answers as fp32 does; its hashes are right."""
    root = Path(shutil.copytree(tiny, tmp_path / "exchanged"))
    shutil.copy(root / "model.fp32.onnx", root / "model.static.onnx")
    plain = msgspec.json.decode((root / "manifest.json").read_bytes())
    plain["files"]["model.static.onnx"] = msgspec.to_builtins(record_of(root / "model.static.onnx"))
    (root / "manifest.json").write_bytes(msgspec.json.encode(plain))
    bench.bundle = open_bundle(root)
    return bench


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[SshServer]:
    if SSHD is None:
        pytest.skip("NO SSHD: ssh targets are NOT tested here; apt-get install openssh-server")
    with ssh_server(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def device(server) -> SshTarget:
    """This machine, reached by ssh, with the Python that runs the tests."""
    return SshTarget(
        parse_address(server.address), SshOptions(server.client_config(), sys.executable)
    )


@pytest.fixture(scope="session")
def connected(tmp_path_factory) -> Iterator[Phone]:
    require_machines()
    with phone(tmp_path_factory.mktemp("phone")) as running:
        yield running


@pytest.fixture
def handset(connected, monkeypatch) -> Iterator[Phone]:
    """The phone, as the client that tests start finds it; after the test nothing runs on it."""
    for name, value in connected.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ANDROID_SERIAL", raising=False)
    yield connected
    connected.connect()
    connected.machine.await_no_workers()
    left = {path.name for path in connected.machine.path("/data/local/tmp").iterdir()}
    assert left <= {"edgebert-bench"}
