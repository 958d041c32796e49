"""What every session checks: its inputs, its outputs and what it was opened with."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgebert.engines.session import ArtifactSpec, Float32Array, Int32Array
from edgebert.errors import EdgebertError


def check_request(path: Path, threads: int | None) -> None:
    """Check what an engine is asked to open.

    Raises:
        EdgebertError: there is no such file, or less than one thread was asked for.

    """
    if threads is not None and threads < 1:
        raise EdgebertError(f"threads: found {threads}, expected 1 or more, or none given")
    if not path.is_file():
        raise EdgebertError(f"{path}: no such file; expected an artifact of a bundle")


def check_names(path: Path, kind: str, found: Sequence[str], expected: Sequence[str]) -> None:
    """Check that an artifact has every name of a kind ("input", "method", ...) it must have.

    Raises:
        EdgebertError: it lacks one.

    """
    missing = [name for name in expected if name not in found]
    if missing:
        raise EdgebertError(
            f"{path}: has no {kind} {missing[0]}, found {', '.join(sorted(found)) or 'none'}; "
            "the file belongs to another bundle: export it again"
        )


def ordered_inputs(artifact: ArtifactSpec, inputs: Mapping[str, Int32Array]) -> list[Int32Array]:
    """Check the inputs of one run and put them in the artifact's order.

    Returns:
        int32 [1, bucket] each, contiguous and writeable as the runtimes want them.

    Raises:
        EdgebertError: an input is missing or unknown, has another dtype than int32, or another
            shape than [1, one of the buckets]; two inputs differ in length.

    """
    names, buckets = artifact.inputs, artifact.buckets
    if set(inputs) != set(names):
        raise EdgebertError(
            f"inputs: found {', '.join(inputs) or 'none'}, expected {', '.join(names)}"
        )
    arrays: list[Int32Array] = []
    for name in names:
        array = np.asarray(inputs[name])
        if array.dtype != np.int32:
            raise EdgebertError(f"input {name}: found {array.dtype}, expected int32")
        if array.ndim != 2 or array.shape[0] != 1 or array.shape[1] not in buckets:
            raise EdgebertError(
                f"input {name}: found shape {list(array.shape)}, expected [1, bucket] "
                f"with a bucket of {', '.join(map(str, buckets))}"
            )
        if arrays and array.shape != arrays[0].shape:
            raise EdgebertError(
                f"input {name}: found {array.shape[1]} tokens, "
                f"expected {arrays[0].shape[1]} as in {names[0]}"
            )
        arrays.append(np.require(array, requirements=["C", "W"]))
    return arrays


def named_outputs(
    artifact: ArtifactSpec, arrays: Sequence[NDArray[np.generic]]
) -> dict[str, Float32Array]:
    """Give the outputs of one run their names.

    Raises:
        EdgebertError: the artifact returned another number of outputs, or another dtype than
            float32.

    """
    path, names = artifact.path, artifact.outputs
    if len(arrays) != len(names):
        raise EdgebertError(
            f"{path}: returned {len(arrays)} outputs, expected {', '.join(names)}; "
            "the file belongs to another bundle: export it again"
        )
    outputs: dict[str, Float32Array] = {}
    for name, array in zip(names, arrays, strict=True):
        if array.dtype != np.float32:
            raise EdgebertError(
                f"{path}: output {name} is {array.dtype}, expected float32; "
                "the file belongs to another bundle: export it again"
            )
        outputs[name] = array.astype(np.float32, copy=False)
    return outputs
