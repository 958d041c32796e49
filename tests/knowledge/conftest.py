"""MiniLM's real bundle, dynamic int8 on ONNX Runtime, and a folder of notes."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / folder) for folder in ("knowledge", ".", "tasks", "assistant")]

from task_bundles import TinyBundle, tiny_bundle  # noqa: E402

import edgebert as package  # noqa: E402
from edgebert.cli import app  # noqa: E402
from edgebert.pipeline import Pipeline  # noqa: E402

KITCHEN = """# Kitchen

## Coffee machine

Descale it every two months with citric acid: two spoons in a full tank.
Run the programme "clean" twice, then rinse.

The water filter is changed in March and September.

## Oven

The grill works only with the door closed. Bake bread at 230 degrees.
"""
HOUSE = """The main water tap is in the cellar, behind the boiler.

The fuse box is in the hall, behind the picture of the ship.
"""


@pytest.fixture(scope="session")
def minilm_root(tmp_path_factory) -> Path:
    """The folder of MiniLM's bundle; dynamic int8 needs no calibration."""
    recipe = TESTS.parent / "export" / "minilm-embeddings.toml"
    folder = tmp_path_factory.mktemp("minilm") / "bundle"
    return package.export(
        str(recipe), folder, modes=("dynamic",), backends=("onnx",), buckets=(32, 64)
    ).root


@pytest.fixture(scope="session")
def minilm(minilm_root) -> Pipeline:
    """MiniLM, loaded."""
    return package.load(minilm_root, threads=1)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> TinyBundle:
    """A small random bundle that embeds, quickly and without meaning."""
    return tiny_bundle("feature-extraction", tmp_path_factory)


@pytest.fixture(scope="session")
def tiny_pipeline(tiny) -> Pipeline:
    """The small random bundle, loaded."""
    return package.load(tiny.root, threads=1)


@pytest.fixture(scope="session")
def tiny_reader(tmp_path_factory) -> Path:
    """The folder of a small random bundle that answers questions with words of a text."""
    return tiny_bundle("question-answering", tmp_path_factory).root


@pytest.fixture
def edgebert() -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process: its status, what it printed, and its errors."""

    def run(*arguments: object, stdin: str | None = None) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, [str(part) for part in arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def notes(tmp_path) -> Path:
    """A folder of notes."""
    folder = tmp_path / "notes"
    (folder / "rooms").mkdir(parents=True)
    (folder / "rooms" / "kitchen.md").write_text(KITCHEN)
    (folder / "house.txt").write_text(HOUSE)
    return folder
