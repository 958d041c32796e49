"""Artifacts of one tiny SqueezeBERT, lowered for real, each once and only when a test asks."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from fixtures_checkpoints import random_module

from edgebert.exporter.calibration import QuantParameters
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.lowering import LOWERINGS, SUFFIXES
from edgebert.exporter.lowering.program import build_program
from edgebert.exporter.quantization.plan import LinearQuantization, QuantizationPlan

BACKENDS = tuple(LOWERINGS)
MODES = ("static", "dynamic", "fp32")
BUCKETS = {"static": (8, 16), "dynamic": (8,), "fp32": (8,)}
FP32_SITE = "head.classifier"

Lowered = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def graph() -> DeploymentGraph:
    groups = ("q", "k", "v", "intermediate", "output")
    model = random_module(
        "SqueezeBertForSequenceClassification",
        num_hidden_layers=1,
        post_attention_groups=1,
        **{f"{name}_groups": 2 for name in groups},
    )
    checkpoint = SimpleNamespace(task="text-classification", model=model, pooling="none")
    return DeploymentGraph(checkpoint, max_length=16).eval()


@pytest.fixture(scope="session")
def plans(graph) -> dict[str, QuantizationPlan]:
    """A plan a mode; no two linears have the same scales."""

    def decide(site: str, place: int, mode: str) -> LinearQuantization:
        if mode != "static" or site == FP32_SITE:
            return LinearQuantization("fp32" if site == FP32_SITE else mode)
        return LinearQuantization(
            "static",
            QuantParameters(scale=(64 + place) / 2048, zero_point=place - 20),
            QuantParameters(scale=(128 + place) / 2048, zero_point=5 - place),
        )

    return {
        mode: QuantizationPlan(
            mode,
            {site: decide(site, place, mode) for place, site in enumerate(graph.sites())},
            int8_embedding=mode != "fp32",
        )
        for mode in MODES
    }


@pytest.fixture(scope="session")
def lowered(graph, plans, tmp_path_factory) -> Lowered:
    """Return the artifact of a backend and a mode."""
    folder = tmp_path_factory.mktemp("inspected")

    def lower(backend: str, mode: str) -> Path:
        path = folder / f"{mode}.{SUFFIXES[backend]}"
        if not path.exists():
            program = build_program(graph, plans[mode], BUCKETS[mode])
            LOWERINGS[backend](program, path, lambda _: None)
        return path

    return lower
