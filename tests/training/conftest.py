"""A small checkpoint, small data files, and recipes for them."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures_checkpoints import write_checkpoint
from small_trainings import assistant_rows, write_jsonl


@pytest.fixture(autouse=True, scope="session")
def _little_garbage() -> Iterator[None]:
    # The trainer collects garbage before it begins, which takes longer than the training.
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """A folder with the checkpoint bert and a data file for each task."""
    place: Path = tmp_path_factory.mktemp("training")
    write_checkpoint(place / "bert", "BertModel")
    requests = list(assistant_rows(48))
    write_jsonl(place / "intent-and-slots.jsonl", requests)
    write_jsonl(place / "token-classification.jsonl", requests)
    write_jsonl(place / "text-classification.jsonl", requests)
    write_jsonl(
        place / "question-answering.jsonl",
        [
            {
                "question": "what light",
                "context": row["text"],
                "answers": [row["tokens"][-1]],
            }
            for row in requests
        ],
    )
    texts = [row["text"] for row in requests]
    (place / "texts.txt").write_text("".join(f"{text}\n" for text in texts))
    return place
