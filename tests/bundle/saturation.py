"""An int8 model on which 16-bit saturation shows, and an engine that saturates.

x86 CPUs without VNNI multiply unsigned by signed bytes and add neighbouring products in 16 bits,
which saturates (the instruction vpmaddubsw). ONNX Runtime does so unless told otherwise. CPUs with
VNNI never do, so here the arithmetic itself is simulated.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from tiny_artifacts import INPUTS, LABELS, TOKENS, WIDTH
from tiny_bundles import make_self_test, write_bundle

from edgebert.bundle.manifest import SelfTest
from edgebert.bundle.stored_output import store_output

SCALE = np.float32(1 / 32)
RNG = np.random.default_rng(5)
WORDS = RNG.integers(60, 127, (TOKENS, WIDTH)).astype(np.int8)
DENSE = RNG.integers(40, 127, (WIDTH, LABELS)).astype(np.int8)


def exact(ids):
    """Multiply in 32 bits."""
    return WORDS[ids].astype(np.int32) @ DENSE.astype(np.int32)


def saturating(ids):
    """Multiply as vpmaddubsw does: unsigned by signed, pairs added in 16 bits."""
    unsigned = WORDS[ids].astype(np.int32) + 128
    products = unsigned[..., None] * DENSE.astype(np.int32)
    pairs = np.clip(products[:, :, 0::2] + products[:, :, 1::2], -(2**15), 2**15 - 1)
    return pairs.sum(2) - 128 * DENSE.astype(np.int32).sum(0)


def outputs_of(product, inputs: Mapping) -> dict[str, np.ndarray]:
    hidden = product(inputs["input_ids"]).astype(np.float32) * SCALE * SCALE
    mask = inputs["attention_mask"].astype(np.float32)[..., None]
    return {"hidden": hidden, "logits": (hidden * mask).sum(1) / mask.sum(1)}


class SaturatingEngine:
    """Runs nothing: answers as the model would with the saturating kernels."""

    name = "saturating"
    backend = "onnx"

    def version(self):
        return "1"

    def open(self, artifact, threads=None):
        return self

    def run(self, inputs):
        return outputs_of(saturating, inputs)


def int8_bundle(target: Path) -> Path:
    """Write the model with a QDQ matrix product as a bundle, the exact answers as its self-test."""
    vectors = []
    for vector in make_self_test({}).vectors:
        tokens = len(vector.input_ids)
        inputs = {
            "input_ids": np.array([vector.input_ids]),
            "attention_mask": np.ones((1, tokens), np.int32),
        }
        outputs = outputs_of(exact, inputs)
        vector.expected["static"] = tuple(store_output(name, outputs[name]) for name in outputs)
        vectors.append(vector)
    artifact = ("onnx", "static", "model.static.onnx", _int8_onnx())
    return write_bundle(target, [artifact], SelfTest(vectors=tuple(vectors)))


def _int8_onnx() -> bytes:
    from onnx import TensorProto, helper, numpy_helper

    length = [1, "length"]
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["word"]),
        helper.make_node("QuantizeLinear", ["word", "scale", "zero"], ["word_q"]),
        helper.make_node("DequantizeLinear", ["word_q", "scale", "zero"], ["word_dq"]),
        helper.make_node("DequantizeLinear", ["dense", "scale", "zero"], ["dense_dq"]),
        helper.make_node("MatMul", ["word_dq", "dense_dq"], ["hidden"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["hidden", "column"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "second"], ["total"], keepdims=0),
        helper.make_node("ReduceSum", ["column", "second"], ["count"], keepdims=0),
        helper.make_node("Div", ["total", "count"], ["logits"]),
    ]
    constants = {
        "words": WORDS.astype(np.float32) * SCALE,
        "dense": DENSE,
        "scale": SCALE,
        "zero": np.array(0, np.int8),
        "last": np.array([2], np.int64),
        "second": np.array([1], np.int64),
    }
    graph = helper.make_graph(
        nodes,
        "int8",
        [helper.make_tensor_value_info(name, TensorProto.INT32, length) for name in INPUTS],
        [
            helper.make_tensor_value_info("hidden", TensorProto.FLOAT, [*length, LABELS]),
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, LABELS]),
        ],
        [numpy_helper.from_array(np.asarray(a), name) for name, a in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return bytes(model.SerializeToString())
