"""Peers on a checkpoint of one layer: they are made, answer the same rows, and failures stay."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import peers
import pytest
from fixtures_checkpoints import class_name, write_checkpoint
from peer_tools import PEERS
from sets import TrainedSet

from edgebert.progress import silent

TASK = "intent-and-slots"
ROWS = 24
CHOSEN = TrainedSet("small", "Small rows", TASK)
BY_NAME = {peer.name: peer for peer in PEERS}
WORKING = (
    "onnxruntime-static-minmax",
    "onnxruntime-static-entropy",
    "onnxruntime-static-percentile",
    "onnxruntime-dynamic-no-shapes",
    "ai-edge-static-bounded",
)


def _rows(count: int, start: int) -> list[dict[str, Any]]:
    """Rows with one slot, all different, that the small vocabulary can spell."""
    return [
        {
            "text": f"turn on the light {number}",
            "tokens": ["turn", "on", "the", "light", str(number)],
            "tags": ["O", "O", "O", "B-place", "B-date"],
            "label": "ab"[number % 2],
        }
        for number in range(start, start + count)
    ]


def _broken(source: Any, path: Path) -> None:
    raise RuntimeError(f"{source.folder}/x cannot be written\nand more lines")


@pytest.fixture(scope="module")
def measurement(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the script finds of a small checkpoint."""
    folder = tmp_path_factory.mktemp("peers")
    write_checkpoint(
        folder / "small", class_name(TASK), num_hidden_layers=1, id2label={0: "a", 1: "b"}
    )
    for part, rows in (("train", _rows(80, 100)), ("test", _rows(ROWS, 500))):
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        (folder / f"{part}.jsonl").write_text(text, encoding="utf-8")
    return peers.measured(
        CHOSEN,
        folder / "small",
        folder,
        [
            *(BY_NAME[name] for name in WORKING),
            replace(BY_NAME["xnnpack-dynamic"], make=_broken),
        ],
        artifacts=folder / "artifacts",
        backends=("onnx",),
        limit=None,
        processes=1,
        progress=silent,
    )


def _results(measurement: dict[str, Any], tool: str) -> dict[str, dict[str, Any]]:
    return {r["settings"]: r for r in measurement["results"] if r["tool"] == tool}


def test_every_peer_answers_all_rows_beside_edgebert(measurement: dict[str, Any]) -> None:
    assert measurement["rows"] == ROWS
    ours = [r for r in measurement["results"] if r["tool"] == "edgebert"]
    assert [(r["backend"], r["mode"]) for r in ours] == [("onnx", "static"), ("onnx", "dynamic")]
    theirs = [BY_NAME[name] for name in WORKING]
    for peer in theirs:
        result = _results(measurement, peer.tool)[peer.settings]
        assert result["bytes"] > 10_000
        assert result["comparison"]["agreement"] > 0.5


def test_a_failure_is_one_line_without_a_path(measurement: dict[str, Any]) -> None:
    failed = _results(measurement, "XNNPACKQuantizer")
    assert [r["error"] for r in failed.values()] == ["RuntimeError: x cannot be written"]
    assert any("failed: `RuntimeError: x cannot" in line for line in peers.table(measurement))


def test_the_table_has_every_result(measurement: dict[str, Any]) -> None:
    lines = list(peers.table(measurement))
    head, *rows = (line for line in lines if line.startswith("|"))
    assert "exact match | intent accuracy | slot f1" in head
    assert len(rows) - 1 == len(measurement["results"]) == 1 + len(WORKING) + 1 + 2
    assert len({row.count(" | ") for row in rows[1:]}) == 1


def test_names_of_peers_differ() -> None:
    assert len(BY_NAME) == len(PEERS)
    assert len({(peer.tool, peer.settings) for peer in PEERS}) == len(PEERS)
