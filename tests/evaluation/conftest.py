"""Bundles of small random checkpoints, and a writer of data files."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedModel

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "exporter")]

from small_exports import SmallExport, export_small  # noqa: E402

LABELS = {
    "text-classification": ("no", "yes", "maybe"),
    "token-classification": ("O", "B-PER", "I-PER", "B-LOC", "I-LOC"),
    "intent-and-slots": ("light", "music", "weather"),
}
BUCKETS = (8, 16)


@dataclass(frozen=True)
class Reference:
    """A checkpoint's module by transformers, with the bundle made of it."""

    export: SmallExport

    @property
    def model(self) -> PreTrainedModel:
        return self.export.model

    @property
    def root(self) -> Path:
        return self.export.bundle.root

    def encode(self, text: str, pair: str | None = None) -> Any:
        return self.export.bundle.tokenizer.encode(text, pair, max_length=max(BUCKETS))

    def outputs(self, text: str, pair: str | None = None) -> Any:
        """Return transformers' outputs for one text, cut to the longest bucket."""
        encoding = self.encode(text, pair)
        with torch.inference_mode():
            return self.model(
                input_ids=torch.tensor([encoding.input_ids]),
                token_type_ids=torch.tensor([encoding.token_type_ids]),
            )

    def word_tags(self, words: Sequence[str], logits: Any, tags: Sequence[str]) -> list[str]:
        """Tag each word as its first token, one word tokenized at a time.

        Args:
            words: joined by spaces they are the text.
            logits: of the text's tokens, [tokens, tags].
            tags: their names in id order.
        """
        ids: list[int] = []
        firsts = []
        for word in words:
            own = self.export.bundle.tokenizer.encode(word, max_length=100).input_ids[1:-1]
            firsts.append(len(ids) if own else None)
            ids += own
        encoding = self.encode(" ".join(words))
        kept = len(encoding.input_ids) - 2
        assert list(encoding.input_ids[1:-1]) == ids[:kept]
        best = logits[1:-1].argmax(-1).tolist()
        return ["O" if at is None or at >= kept else tags[best[at]] for at in firsts]


@pytest.fixture(scope="session")
def reference(tmp_path_factory) -> Callable[[str], Reference]:
    """Give a task's small checkpoint with its bundle: ONNX, static and fp32."""
    made: dict[str, Reference] = {}

    def export(task: str) -> Reference:
        if task not in made:
            labels = dict(enumerate(LABELS.get(task, ())))
            names = {"id2label": labels, "label2id": {v: k for k, v in labels.items()}}
            made[task] = Reference(
                export_small(
                    tmp_path_factory.mktemp("exports"),
                    task,
                    config={"num_hidden_layers": 1, **(names if labels else {})},
                    modes=("static", "fp32"),
                    backends=("onnx", "litert") if task == "text-classification" else ("onnx",),
                    buckets=BUCKETS,
                    **({"pooling": "mean"} if task == "feature-extraction" else {}),
                )
            )
        return made[task]

    return export


@pytest.fixture
def write_jsonl(tmp_path) -> Callable[..., Path]:
    """Write rows, an object a line."""

    def write(*rows: Any, name: str = "rows.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write
