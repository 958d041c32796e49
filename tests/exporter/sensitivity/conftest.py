"""A spoiled checkpoint as a graph, with a calibration table and texts."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fixtures_spoiled import write_spoiled
from small_exports import some_texts

from edgebert.exporter.calibration import CalibrationTable, TextSample, calibrate
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.encoding import TextInputs
from edgebert.exporter.graph import DeploymentGraph
from edgebert.exporter.quantization import plan_mode
from edgebert.exporter.quantization.plan import QuantizationPlan
from edgebert.exporter.sensitivity import Sensitivity, measure_sensitivity
from edgebert.text import Encoding, WordPieceTokenizer

MAX_LENGTH = 16
LABELS = {
    "text-classification": ("no", "yes", "maybe"),
    "token-classification": ("O", "B-PER", "I-PER"),
    "intent-and-slots": ("light", "music", "weather"),
}


@dataclass(frozen=True)
class Model:
    """A graph and what its sensitivity is measured with."""

    folder: Path
    graph: DeploymentGraph
    table: CalibrationTable
    inputs: TextInputs
    texts: list[Encoding]
    labels: tuple[str, ...]
    slot_labels: tuple[str, ...]

    def plan(self, mode: Any = "static", **options: Any) -> QuantizationPlan:
        return plan_mode(self.graph.sites(), mode, self.table, **options)

    def measure(self, plan: QuantizationPlan | None = None, **options: Any) -> Sensitivity:
        texts = options.pop("texts", self.texts)
        return measure_sensitivity(self.graph, plan or self.plan(), self.inputs, texts, **options)


@pytest.fixture(scope="session")
def model_for(tmp_path_factory) -> Callable[[str], Model]:
    """Give the spoiled model of a task."""
    made: dict[str, Model] = {}

    def make(task: str) -> Model:
        if task not in made:
            folder = tmp_path_factory.mktemp("spoiled")
            labels = dict(enumerate(LABELS.get(task, ())))
            names = {"id2label": labels, "label2id": {v: k for k, v in labels.items()}}
            write_spoiled(folder, task, **(names if labels else {}))
            pooling = "mean" if task == "feature-extraction" else None
            checkpoint = load_checkpoint(str(folder), task, pooling=pooling)
            graph = DeploymentGraph(checkpoint, max_length=MAX_LENGTH).eval()
            tokenizer = WordPieceTokenizer(checkpoint.vocabulary, checkpoint.tokenizer)
            inputs = TextInputs(tokenizer, graph.input_names, MAX_LENGTH)
            encodings = [inputs.encode(TextSample(text)) for text in some_texts(24)]
            table = calibrate(
                graph,
                [inputs.tensors(encoding) for encoding in encodings[6:]],
                observer="minmax",
                checkpoint_sha256=checkpoint.sha256,
                text_sha256="0" * 64,
            )
            names = checkpoint.labels, checkpoint.slot_labels
            made[task] = Model(folder, graph, table, inputs, encodings[:6], *names)
        return made[task]

    return make


@pytest.fixture
def model(model_for) -> Model:
    """The spoiled text classifier."""
    return model_for("text-classification")


@pytest.fixture(scope="session")
def found(model_for) -> Sensitivity:
    """The spoiled text classifier's sensitivity."""
    return model_for("text-classification").measure()
