"""Rounds of real processes on a model of one node: who ran, and who did not come to an end."""

from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from records import Artifact
from rounds import measure

from edgebert.engines.inputs import INPUT_NAMES
from edgebert.progress import silent

TOKENS = 16
ROUNDS = 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """It has a model that adds up its ids, and a file that is none."""
    shape = [1, TOKENS]
    graph = helper.make_graph(
        [
            helper.make_node("Sum", [f"{name}_float" for name in INPUT_NAMES], ["logits"]),
        ],
        "sum",
        [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in INPUT_NAMES],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, shape)],
    )
    for name in INPUT_NAMES:
        graph.node.insert(
            0, helper.make_node("Cast", [name], [f"{name}_float"], to=TensorProto.FLOAT)
        )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, tmp_path / "sum.onnx")
    (tmp_path / "none.onnx").write_bytes(b"nothing")
    return tmp_path


def _artifact(name: str, file: str) -> Artifact:
    return Artifact(
        model="small",
        name=name,
        tool="a tool",
        settings="",
        backend="onnx",
        length=TOKENS,
        takes=(TOKENS,),
        file=file,
        inputs=INPUT_NAMES,
        outputs=("logits",),
    )


def test_all_take_turns_and_what_does_not_open_keeps_its_error(folder: Path) -> None:
    artifacts = [
        _artifact("edgebert-onnx-static", "sum.onnx"),
        _artifact("again", "sum.onnx"),
        _artifact("broken", "none.onnx"),
    ]
    own, again, broken = measure(
        artifacts, folder=folder, tokens=TOKENS, threads=1, rounds=ROUNDS, progress=silent
    )
    assert len(own.rounds) == len(again.rounds) == ROUNDS
    assert min(own.rounds) > 0
    assert len(again.ratio) == 3
    assert own.engine == "onnxruntime"
    assert broken.error is not None
    assert "none.onnx" in broken.error
    assert broken.median is None
