"""A model small enough to lower in seconds, as a numpy reference and as real artifacts.

It has what the real ones have: three inputs, an output with an entry a token and a pooled one that
depends on the attention mask, a method or signature for each bucket.
"""

import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgebert.engines import ArtifactSpec

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("hidden", "logits")
BUCKETS = (8, 16)
TOKENS = 64
WIDTH = 16
LABELS = 3

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    words: Array
    types: Array
    dense: Array
    classifier: Array

    def rounded(self, step: float) -> "Weights":
        """Like quantisation: another precision of the same model, some per cent away from it."""
        parts = (self.words, self.types, self.dense, self.classifier)
        return Weights(*(np.round(part / step) * np.float32(step) for part in parts))


def spec(path: Path, **changes) -> ArtifactSpec:
    """What a bundle would say of an artifact of the model, unless told otherwise."""
    return replace(ArtifactSpec(path, INPUTS, OUTPUTS, BUCKETS), **changes)


def random_weights(seed: int) -> Weights:
    rng = np.random.default_rng(seed)
    shapes = ((TOKENS, WIDTH), (2, WIDTH), (WIDTH, WIDTH), (WIDTH, LABELS))
    return Weights(*(rng.normal(size=shape).astype(np.float32) for shape in shapes))


def reference(weights: Weights, inputs: dict[str, NDArray[np.int32]]) -> dict[str, Array]:
    """What every artifact must answer: hidden [1, tokens, WIDTH] and logits [1, LABELS]."""
    mask = inputs["attention_mask"].astype(np.float32)[..., None]
    hidden = weights.words[inputs["input_ids"]] + weights.types[inputs["token_type_ids"]]
    hidden = np.tanh(hidden @ weights.dense)
    pooled = (hidden * mask).sum(1) / mask.sum(1)
    return {"hidden": hidden, "logits": pooled @ weights.classifier}


def random_inputs(seed: int, bucket: int, tokens: int) -> dict[str, NDArray[np.int32]]:
    rng = np.random.default_rng(seed)
    inputs = {name: np.zeros((1, bucket), dtype=np.int32) for name in INPUTS}
    inputs["input_ids"][0, :tokens] = rng.integers(1, TOKENS, tokens)
    inputs["attention_mask"][0, :tokens] = 1
    inputs["token_type_ids"][0, tokens // 2 : tokens] = 1
    return inputs


def onnx(weights: Weights, outputs: tuple[str, ...] = OUTPUTS) -> bytes:
    """Write the model with a dynamic length, node by node and without any exporter."""
    from onnx import TensorProto, helper, numpy_helper

    length = [1, "length"]
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["word"]),
        helper.make_node("Gather", ["types", "token_type_ids"], ["type"]),
        helper.make_node("Add", ["word", "type"], ["sum"]),
        helper.make_node("MatMul", ["sum", "dense"], ["inner"]),
        helper.make_node("Tanh", ["inner"], [outputs[0]]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", [outputs[0], "column"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "second"], ["total"], keepdims=0),
        helper.make_node("ReduceSum", ["column", "second"], ["count"], keepdims=0),
        helper.make_node("Div", ["total", "count"], ["pooled"]),
        helper.make_node("MatMul", ["pooled", "classifier"], [outputs[1]]),
    ]
    constants = {name: getattr(weights, name) for name in ("words", "types", "dense", "classifier")}
    constants |= {"last": np.array([2], np.int64), "second": np.array([1], np.int64)}
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT32, length) for name in INPUTS],
        [
            helper.make_tensor_value_info(outputs[0], TensorProto.FLOAT, [*length, WIDTH]),
            helper.make_tensor_value_info(outputs[1], TensorProto.FLOAT, [1, LABELS]),
        ],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return bytes(model.SerializeToString())


@cache
def pte(seed: int) -> bytes:
    """Lower the model with ExecuTorch and XNNPACK, one method for all lengths."""
    import torch
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.exir import to_edge_transform_and_lower

    module = _torch_module(random_weights(seed))
    length = torch.export.Dim("length", min=2, max=max(BUCKETS))
    with torch.no_grad():
        exported = torch.export.export(
            module, _torch_inputs(max(BUCKETS)), dynamic_shapes=[{1: length}] * len(INPUTS)
        )
    lowered = to_edge_transform_and_lower(exported, partitioner=[XnnpackPartitioner()])
    return bytes(lowered.to_executorch().buffer)


@cache
def tflite(seed: int) -> bytes:
    """Lower the model with litert-torch, a signature a bucket."""
    import litert_torch

    module = _torch_module(random_weights(seed))
    converter = litert_torch
    for bucket in BUCKETS:
        arguments = dict(zip(INPUTS, _torch_inputs(bucket), strict=True))
        converter = converter.signature(f"bucket_{bucket}", module, None, arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tiny.tflite"
        converter.convert().export(str(path))
        return path.read_bytes()


def _torch_inputs(bucket: int):
    import torch

    return tuple(torch.ones(1, bucket, dtype=torch.int32) for _ in INPUTS)


def _torch_module(weights: Weights):
    import torch
    from torch import nn

    class Tiny(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding.from_pretrained(torch.from_numpy(weights.words))
            self.types = nn.Embedding.from_pretrained(torch.from_numpy(weights.types))
            self.dense = nn.Linear(WIDTH, WIDTH, bias=False)
            self.classifier = nn.Linear(WIDTH, LABELS, bias=False)
            self.dense.weight.data = torch.from_numpy(weights.dense.T.copy())
            self.classifier.weight.data = torch.from_numpy(weights.classifier.T.copy())

        def forward(self, input_ids, attention_mask, token_type_ids):
            mask = attention_mask.to(torch.float32).unsqueeze(-1)
            hidden = self.words(input_ids) + self.types(token_type_ids)
            hidden = self.dense(hidden).tanh()
            pooled = (hidden * mask).sum(1) / mask.sum(1)
            return hidden, self.classifier(pooled)

    return Tiny().eval()
