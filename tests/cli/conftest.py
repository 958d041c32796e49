"""The tiny bundles of the pipeline's tests, and the command in this process or its own."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "tasks")]

from task_bundles import TinyBundle, tiny_bundle  # noqa: E402

from edgebert.cli import app  # noqa: E402


@dataclass(frozen=True)
class Finished:
    """What a command printed and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def bundle_for(tmp_path_factory) -> Callable[[str], Path]:
    """Give the bundle of a task."""
    return lambda task: tiny_bundle(task, tmp_path_factory).root


@pytest.fixture(scope="session")
def embeddings(tmp_path_factory) -> TinyBundle:
    """The feature-extraction bundle, with the modes dynamic and fp32, and its model."""
    return tiny_bundle("feature-extraction", tmp_path_factory)


@pytest.fixture
def edgebert() -> Callable[..., Finished]:
    """Run the command in this process."""

    def run(*arguments: object, stdin: str | bytes | None = None) -> Finished:
        result = CliRunner().invoke(app, [str(part) for part in arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Finished(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def edgebert_process() -> Callable[..., Finished]:
    """Run the command in a process of its own."""

    def run(*arguments: object, stdin: bytes = b"") -> Finished:
        done = subprocess.run(
            [sys.executable, "-m", "edgebert.cli", *map(str, arguments)],
            cwd=TESTS.parent,
            input=stdin,
            capture_output=True,
            check=False,
        )
        return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
