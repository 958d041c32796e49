"""What the golden vectors of the tasks are made of, and how edgebert answers one of them."""

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from edgebert.bundle.manifest import Manifest
from edgebert.tasks import EncodedRequest, Outputs, Request, Task, task_for
from edgebert.text import TokenizerConfig, WordPieceTokenizer

Case = dict[str, Any]

VOCABULARY: list[str] = json.loads((Path(__file__).parent / "wordpiece.json").read_bytes())[
    "vocabulary"
]
TOKENIZER = WordPieceTokenizer(VOCABULARY, TokenizerConfig())


def task_of(case: Case) -> Task:
    """Build the task of a case as a bundle would, with its longest input as the only bucket."""
    return task_for(_manifest(case), TOKENIZER)


def request_of(case: Case) -> Request:
    """Return what a case asks."""
    return Request(
        case["text"], case.get("pair"), tuple(case.get("choices", ())), case.get("top_k")
    )


def runs_of(encoded: EncodedRequest) -> list[Case]:
    """Return the inputs of each run, as a golden file holds them."""
    return [
        {"input_ids": encoding.input_ids, "token_type_ids": encoding.token_type_ids}
        for encoding in encoded.encodings
    ]


def outputs_of(case: Case) -> list[Outputs]:
    """Return the outputs of each run of a case: float32, without batch axis and padding."""
    return [
        {
            name: np.array(output["values"], np.float32).reshape(output["shape"])
            for name, output in run["outputs"].items()
        }
        for run in case["runs"]
    ]


def _manifest(case: Case) -> Manifest:
    """Make a manifest that holds what a task reads of one."""
    threshold = {name: case[name] for name in ("label_threshold",) if name in case}
    return msgspec.convert(
        {
            **threshold,
            "format": 1,
            "edgebert": "",
            "task": case["task"],
            "labels": case.get("labels", []),
            "slot_labels": case.get("slot_labels", []),
            "pooling": case.get("pooling", "none"),
            "normalize": case.get("normalize", False),
            "inputs": ["input_ids"],
            "outputs": [{"name": "output", "per_token": False}],
            "buckets": [case["max_length"]],
            "vocabulary": "",
            "tokenizer": {},
            "artifacts": [],
            "self_test": "",
            "recipe": "",
            "source": {"name": "", "architecture": "", "sha256": "", "license": None},
            "calibration": None,
            "fidelity": [],
            "versions": {},
            "files": {},
        },
        Manifest,
    )
