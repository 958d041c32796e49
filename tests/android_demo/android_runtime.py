"""ExecuTorch's Android library as an engine of edgebert, on this machine."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edgebert.engines import ArtifactSpec
from edgebert.engines.session import Float32Array, Int32Array, Session
from edgebert.errors import EdgebertError

LONGEST_RUN_S = 120


@dataclass(frozen=True)
class AndroidRuntime:
    """Runs artifacts with the program that android_demo/tools/build_host_runner.sh builds."""

    program: Path
    name: str = "executorch"
    backend: str = "executorch"

    def version(self) -> str | None:
        return "of react-native-executorch"

    def open(self, artifact: ArtifactSpec, threads: int | None = None) -> Session:
        return AndroidSession(self.program, artifact)


@dataclass(frozen=True)
class AndroidSession:
    """One artifact; each run is a process of its own."""

    program: Path
    artifact: ArtifactSpec

    def run(self, inputs: Mapping[str, Int32Array]) -> dict[str, Float32Array]:
        texts = [",".join(map(str, inputs[name][0])) for name in self.artifact.inputs]
        found = subprocess.run(
            [self.program, self.artifact.path, *texts],
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_RUN_S,
        )
        if found.returncode:
            raise EdgebertError(f"status {found.returncode}: {found.stderr}")
        outputs = [output_of(line) for line in found.stdout.splitlines()]
        return dict(zip(self.artifact.outputs, outputs, strict=True))


def output_of(line: str) -> Float32Array:
    """Read a line such as "1 2 : 0.5 -0.25"."""
    shape, _, values = line.partition(":")
    return np.array(values.split(), np.float32).reshape([int(axis) for axis in shape.split()])
