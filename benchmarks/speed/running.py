"""Opening an artifact on its engine, and what it is run on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from records import OWN, Artifact

from edgebert.engines import ArtifactSpec, Session, engine_for
from edgebert.engines.session import Int32Array

# Any ids but those of special tokens, and no padding.
FIRST_ID = 2000


def is_foreign(artifact: Artifact) -> bool:
    """Say whether it is a .tflite of another tool, whose outputs may be int8."""
    return artifact.backend == "litert" and artifact.tool != OWN


def open_session(artifact: Artifact, folder: Path, threads: int) -> Session:
    """Open an artifact.

    Args:
        artifact: which one.
        folder: of all artifacts.
        threads: for the engine.

    """
    path = folder / artifact.file
    if is_foreign(artifact):
        from litert_session import DequantizingSession

        return DequantizingSession(path, artifact.length, artifact.outputs, threads)
    spec = ArtifactSpec(path, artifact.inputs, artifact.outputs, artifact.takes)
    return engine_for(artifact.backend).open(spec, threads)


def random_inputs(artifact: Artifact, tokens: int) -> dict[str, Int32Array]:
    """Return inputs without padding, each int32 [1, tokens]."""
    arrays = {
        "input_ids": np.arange(FIRST_ID, FIRST_ID + tokens, dtype=np.int32)[None],
        "attention_mask": np.ones((1, tokens), dtype=np.int32),
        "token_type_ids": np.zeros((1, tokens), dtype=np.int32),
    }
    return {name: arrays[name] for name in artifact.inputs}
