"""The shared checkpoints on the import path, one thread, and torch in the place of an engine."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))


@pytest.fixture(autouse=True, scope="package")
def _one_thread() -> Iterator[None]:
    """Run these tiny models on one thread: waking others costs more than they do."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
