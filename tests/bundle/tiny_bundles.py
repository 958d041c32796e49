"""Small real bundles: the tiny model as real artifacts, with a real self-test."""

from pathlib import Path

import msgspec
import numpy as np
import tiny_artifacts

from edgebert.bundle import BundleWriter, open_bundle
from edgebert.bundle.manifest import (
    FORMAT,
    Artifact,
    Backend,
    Calibration,
    Fidelity,
    Manifest,
    Mode,
    Output,
    SelfTest,
    SelfTestVector,
    Source,
)
from edgebert.bundle.stored_output import store_output
from edgebert.engines.inputs import choose_bucket, pad_inputs
from edgebert.text import TokenizerConfig, WordPieceTokenizer

WORDS = ["turn", "on", "off", "the", "light", "kitchen", "please", "##s", ".", "?"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = SPECIAL + WORDS + [f"word{n}" for n in range(tiny_artifacts.TOKENS - 15)]
TEXTS = (
    ("Turn on the light.", None),
    ("please turn off the kitchen lights.", None),
    ("Turn the light off please", "the kitchen light on the kitchen?"),
)
TOLERANCES: dict[Mode, float] = {"static": 0.02, "dynamic": 0.02, "fp32": 1e-4}
STEP = 0.25  # of the rounded weights that stand for the static mode

Weights = tiny_artifacts.Weights


def make_self_test(weights: dict[Mode, Weights]) -> SelfTest:
    tokenizer = WordPieceTokenizer(VOCABULARY, TokenizerConfig())
    vectors = []
    for text, pair in TEXTS:
        encoding = tokenizer.encode(text, pair, max_length=max(tiny_artifacts.BUCKETS))
        bucket = choose_bucket(tiny_artifacts.BUCKETS, len(encoding))
        inputs = pad_inputs(encoding.input_ids, encoding.token_type_ids, bucket, tokenizer.pad_id)
        expected = {}
        for mode, its in weights.items():
            outputs = tiny_artifacts.reference(its, inputs)
            expected[mode] = (
                store_output("hidden", outputs["hidden"][:, : len(encoding)], limit=100),
                store_output("logits", outputs["logits"]),
            )
        vectors.append(
            SelfTestVector(
                text=text,
                pair=pair,
                input_ids=tuple(encoding.input_ids),
                token_type_ids=tuple(encoding.token_type_ids),
                bucket=bucket,
                expected=expected,
            )
        )
    return SelfTest(vectors=tuple(vectors))


def make_manifest(artifacts: list[tuple[Backend, Mode, str]]) -> Manifest:
    return Manifest(
        format=FORMAT,
        edgebert="0.1.0",
        task="feature-extraction",
        labels=(),
        pooling="mean",
        normalize=True,
        inputs=tiny_artifacts.INPUTS,
        outputs=(Output("hidden", per_token=True), Output("logits", per_token=False)),
        buckets=tiny_artifacts.BUCKETS,
        vocabulary="tokenizer/vocab.txt",
        tokenizer=TokenizerConfig(),
        artifacts=tuple(
            Artifact(backend, mode, path, TOLERANCES[mode], TOLERANCES[mode])
            for backend, mode, path in artifacts
        ),
        self_test="self_test.json",
        recipe="recipe.toml",
        source=Source("tiny", "SqueezeBertModel", "0" * 64, "Apache-2.0"),
        calibration=Calibration("calibration.json", "minmax", 3, 20, "1" * 64),
        fidelity=(
            Fidelity(
                backend="onnx",
                mode="static",
                bucket=8,
                reference="fp32",
                texts=64,
                held_out=True,
                max_abs=0.1,
                snr_db=30.0,
                agreement=0.99,
                worst=0.97,
            ),
        ),
        versions={"numpy": np.__version__},
        files={},
    )


def write_bundle(
    target: Path, artifacts: list[tuple[Backend, Mode, str, bytes]], self_test: SelfTest
) -> Path:
    """Write a bundle: its artifacts with their names and contents, and all that belongs to it."""
    with BundleWriter(target) as writer:
        for _, _, name, content in artifacts:
            writer.write(name, content)
        write_small_files(writer, self_test)
        writer.finish(make_manifest([artifact[:3] for artifact in artifacts]))
    return target


def write_small_files(writer: BundleWriter, self_test: SelfTest) -> None:
    """Write all that is no artifact."""
    writer.write("tokenizer/vocab.txt", "".join(f"{word}\n" for word in VOCABULARY).encode())
    writer.write("self_test.json", msgspec.json.encode(self_test))
    writer.write("recipe.toml", b'task = "feature-extraction"\n')
    writer.write("calibration.json", b"{}\n")


def write_onnx_bundle(target: Path, seed: int = 0) -> Path:
    """Write a bundle of model number `seed`, static and fp32."""
    fp32 = tiny_artifacts.random_weights(seed)
    weights: dict[Mode, Weights] = {"static": fp32.rounded(STEP), "fp32": fp32}
    artifacts: list[tuple[Backend, Mode, str, bytes]] = [
        ("onnx", mode, f"model.{mode}.onnx", tiny_artifacts.onnx(its))
        for mode, its in weights.items()
    ]
    return write_bundle(target, artifacts, make_self_test(weights))


def tree(folder: Path) -> dict[str, bytes]:
    """Return the content of every file by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_marker(target: Path) -> None:
    """Write some other bundle in the target's place, and nothing beside it."""
    write_onnx_bundle(target, seed=9)
    assert open_bundle(target).verified("model.fp32.onnx")
    assert [path.name for path in target.parent.iterdir()] == [target.name]
