"""Settings for the checkpoint tests: no network, and the shared helpers on the import path."""

import os
import sys
from pathlib import Path

import pytest
import torch

os.environ["HF_HUB_OFFLINE"] = "1"
sys.path.insert(0, str(Path(__file__).parents[2]))


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    """Keep the hub's client offline even where it was imported before this file."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


@pytest.fixture(autouse=True, scope="package")
def _one_thread():
    """Run these tiny models on one thread: waking others costs more than they do."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
