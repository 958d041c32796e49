"""Real artifacts of the tiny model, one a backend, lowered once."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import tiny_artifacts

from edgebert.engines import ENGINES, Engine, Session


@pytest.fixture(scope="session")
def weights() -> tiny_artifacts.Weights:
    return tiny_artifacts.random_weights(0)


@pytest.fixture(scope="session")
def artifacts(weights, tmp_path_factory) -> dict[str, Path]:
    """The artifact of each engine, by the engine's name."""
    folder = tmp_path_factory.mktemp("artifacts")
    contents = {
        "executorch": ("tiny.pte", tiny_artifacts.pte(0)),
        "litert": ("tiny.tflite", tiny_artifacts.tflite(0)),
        "onnxruntime": ("tiny.onnx", tiny_artifacts.onnx(weights)),
    }
    for name, content in contents.values():
        (folder / name).write_bytes(content)
    return {engine: folder / name for engine, (name, _) in contents.items()}


@pytest.fixture(params=list(ENGINES))
def engine(request) -> Engine:
    return ENGINES[request.param]


@pytest.fixture
def artifact(engine, artifacts) -> Path:
    return artifacts[engine.name]


@pytest.fixture
def open_artifact(engine):
    """Open a file on the engine, as a bundle would unless told otherwise."""

    def open_it(path: Path, threads: int | None = None, **changes) -> Session:
        return engine.open(tiny_artifacts.spec(path, **changes), threads)

    return open_it


@pytest.fixture
def session(open_artifact, artifact) -> Session:
    return open_artifact(artifact)
