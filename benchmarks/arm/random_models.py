"""Models with random weights, whose artifacts cost what those of a trained one cost.

The weights decide what an artifact answers; what it executes follows from its shape alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from export_squeezebert import TEXTS, write_checkpoint

import edgebert
from edgebert.bundle import Bundle, open_bundle
from edgebert.bundle.manifest import MANIFEST_NAME
from edgebert.progress import silent

SEED = 0
GROUPS = 4


@dataclass(frozen=True)
class RandomModel:
    """A text classifier of SqueezeBERT's architecture, by its size.

    Attributes:
        layers: how many.
        width: channels between them.
        fp16: whether processors may compute in fp16 what is not int8, of the .tflite.
    """

    layers: int
    width: int
    fp16: bool = False

    @property
    def name(self) -> str:
        """What the results call it."""
        return f"{self.layers}x{self.width}" + (" fp16" if self.fp16 else "")


MODELS = {
    model.name: model
    for fp16 in (False, True)
    for model in (RandomModel(6, 384, fp16), RandomModel(12, 768, fp16))
}


def export_random(
    model: RandomModel,
    folder: Path,
    *,
    backends: Sequence[str],
    modes: Sequence[str],
    buckets: Sequence[int],
) -> Bundle:
    """Export a model; a bundle that is there is taken as it is.

    Args:
        model: which one.
        folder: the bundle's.
        backends: as for `edgebert.export`.
        modes: as for `edgebert.export`.
        buckets: in tokens.

    """
    if (folder / MANIFEST_NAME).exists():
        return open_bundle(folder)
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint = Path(scratch) / model.name
        write_checkpoint(checkpoint, model.layers, model.width)
        return edgebert.export(
            str(checkpoint),
            folder,
            task="text-classification",
            calibration=str(TEXTS),
            backends=tuple(backends),
            modes=tuple(modes),
            buckets=tuple(buckets),
            fp16=model.fp16,
            progress=silent,
        )
