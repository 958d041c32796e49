"""The one interface behind which every engine runs an artifact."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Int32Array = NDArray[np.int32]
Float32Array = NDArray[np.float32]


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

    def open(
        self,
        path: Path,
        *,
        inputs: Sequence[str],
        outputs: Sequence[str],
        buckets: Sequence[int],
        threads: int | None,
    ) -> Session:
        """Open an artifact.

        Raises:
            EdgebertError: the runtime is not installed, or cannot load the file.
        """
        ...
