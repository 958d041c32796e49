"""A small real bundle for intent-and-slots: the tiny model with its outputs under other names."""

from pathlib import Path

import msgspec
import tiny_artifacts
from tiny_bundles import STEP, Weights, make_manifest, make_self_test, write_small_files

from edgebert.bundle import BundleWriter
from edgebert.bundle.manifest import INTENT_AND_SLOTS, Backend, Mode, Output, SelfTest

INTENTS = ("light", "weather", "other")
KINDS = ("place", "date", "name", "time", "room", "colour", "song")
SLOT_LABELS = ("O", *(f"{mark}-{kind}" for kind in KINDS for mark in "BI"), "MISC")
NAMES = {"hidden": "slot_logits", "logits": "intent_logits"}


def write_assistant_bundle(target: Path) -> Path:
    """Write the bundle, static and fp32."""
    assert (len(INTENTS), len(SLOT_LABELS)) == (tiny_artifacts.LABELS, tiny_artifacts.WIDTH)
    fp32 = tiny_artifacts.random_weights(seed=5)
    weights: dict[Mode, Weights] = {"static": fp32.rounded(STEP), "fp32": fp32}
    artifacts: list[tuple[Backend, Mode, str]] = [
        ("onnx", mode, f"model.{mode}.onnx") for mode in weights
    ]
    with BundleWriter(target) as writer:
        for mode, its in weights.items():
            model = tiny_artifacts.onnx(its, outputs=tuple(NAMES.values()))
            writer.write(f"model.{mode}.onnx", model)
        write_small_files(writer, _renamed(make_self_test(weights)))
        writer.finish(
            msgspec.structs.replace(
                make_manifest(artifacts),
                task=INTENT_AND_SLOTS,
                labels=INTENTS,
                slot_labels=SLOT_LABELS,
                pooling="none",
                normalize=False,
                outputs=(
                    Output("intent_logits", per_token=False),
                    Output("slot_logits", per_token=True),
                ),
            )
        )
    return target


def _renamed(self_test: SelfTest) -> SelfTest:
    content = msgspec.json.encode(self_test).decode()
    for old, new in NAMES.items():
        content = content.replace(f'"name":"{old}"', f'"name":"{new}"')
    return msgspec.json.decode(content, type=SelfTest)
