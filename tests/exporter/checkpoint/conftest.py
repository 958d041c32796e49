"""The checkpoint tests have no network."""

import pytest


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    """Keep the hub's client offline even where it was imported before this file."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
