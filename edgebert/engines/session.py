"""The one interface behind which every engine runs an artifact."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Int32Array = NDArray[np.int32]
Float32Array = NDArray[np.float32]


@dataclass(frozen=True)
class ArtifactSpec:
    """What an engine has to know of an artifact to open it.

    Attributes:
        path: the file.
        inputs: the names of its inputs, in the order of its graph.
        outputs: the names of its outputs, in the same order.
        buckets: the lengths that a run may have, in tokens.

    """

    path: Path
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    buckets: tuple[int, ...]


class Session(Protocol):
    """An opened artifact, ready to run."""

    def run(self, inputs: Mapping[str, Int32Array]) -> dict[str, Float32Array]:
        """Run one padded text.

        Args:
            inputs: by input name int32 [1, bucket]; the bucket must be one of the artifact's.

        Returns:
            The outputs by name, float32, with a leading batch axis of one.
        """
        ...


class Engine(Protocol):
    """A runtime that can open artifacts of one backend."""

    name: str
    backend: str

    def version(self) -> str | None:
        """The installed version, or None where the runtime is not installed."""
        ...

    def open(self, artifact: ArtifactSpec, threads: int | None = None) -> Session:
        """Open an artifact.

        Args:
            artifact: the file, its inputs, outputs and buckets.
            threads: how many the engine may use; None leaves the number to it.

        Raises:
            EdgebertError: the runtime is not installed, or cannot load the file; the file has
                other inputs, outputs or buckets.
        """
        ...
