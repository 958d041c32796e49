"""The exports that many tests look at; each is made once a process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_exports import BACKENDS, SmallExport, export_small

import edgebert
from edgebert.bundle import Bundle

ROOT = Path(__file__).parents[2]
CONVOLUTIONS = ("q", "k", "v", "post_attention", "intermediate", "output")

# Each task has another shape: groups that differ, equal groups, one group, BERT itself.
TASKS = {
    "text-classification": {
        "modes": ("static", "dynamic", "fp32"),
        "buckets": (8, 16),
        "config": {
            **{f"{name}_groups": 1 for name in CONVOLUTIONS},
            **{"v_groups": 2, "output_groups": 4},
            "id2label": {0: "no", 1: "yes", 2: "maybe"},
        },
    },
    "feature-extraction": {"family": "Bert", "pooling": "mean"},
    "fill-mask": {"config": {f"{name}_groups": 2 for name in CONVOLUTIONS}},
    "multiple-choice": {"config": {f"{name}_groups": 1 for name in CONVOLUTIONS}},
    "token-classification": {
        "config": {f"{name}_groups": 4 for name in CONVOLUTIONS}
        | {"id2label": {0: "O", 1: "B-PER", 2: "I-PER"}}
    },
    "question-answering": {"family": "Bert"},
    "intent-and-slots": {
        "config": {f"{name}_groups": (4, 2, 1)[n % 3] for n, name in enumerate(CONVOLUTIONS)}
        | {"id2label": {0: "light", 1: "music", 2: "weather"}}
    },
}


@pytest.fixture(scope="session")
def minilm(tmp_path_factory) -> Bundle:
    """The embedded default, static, on three backends, from half of the default's texts."""
    return edgebert.export(
        str(ROOT / "export" / "minilm-embeddings.toml"),
        tmp_path_factory.mktemp("exports") / "minilm",
        modes=("static",),
        buckets=(16, 64),
        calibration_texts=128,
    )


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Callable[[str], SmallExport]:
    """Give the export of a task's small checkpoint, on three backends, static and fp32."""
    made: dict[str, SmallExport] = {}

    def export(task: str) -> SmallExport:
        if task not in made:
            options = {"modes": ("static", "fp32"), "backends": BACKENDS, **TASKS[task]}
            options["config"] = {"num_hidden_layers": 1, **options.get("config", {})}
            made[task] = export_small(tmp_path_factory.mktemp("exports"), task, **options)
        return made[task]

    return export
