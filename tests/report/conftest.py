"""Modules beside the tests, and records on disk."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made_records import lines_of


@pytest.fixture
def file_of(tmp_path) -> Callable[..., Path]:
    """Write records, and maybe something behind them, into a file."""

    def write(records: list, more: bytes = b"", name: str = "results.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(lines_of(records) + more)
        return path

    return write
