"""Reads back the scales that an artifact computes with, whatever its format."""

from collections.abc import Callable
from pathlib import Path

from edgebert.bundle.manifest import Backend
from edgebert.errors import EdgebertError
from edgebert.inspection.artifact import open_artifact
from edgebert.inspection.executorch.scales import pte_scales
from edgebert.inspection.linear_scales import LinearScales
from edgebert.inspection.litert.scales import tflite_scales
from edgebert.inspection.onnx.scales import onnx_scales

_READERS: dict[Backend, Callable[[bytes], dict[str, dict[str, LinearScales]]]] = {
    "executorch": pte_scales,
    "litert": tflite_scales,
    "onnx": onnx_scales,
}


def static_scales(path: Path, bucket: int | None = None) -> dict[str, LinearScales]:
    """Return the scales of an artifact's statically quantised linears.

    Args:
        path: a .pte, .tflite or .onnx.
        bucket: whose signature to read in a .tflite; the first one's without it. The method of a
            .pte and the graph of a .onnx serve all.

    Returns:
        By site; a .pte does not name its linears: there they are ``#0``, ``#1``... in execution
        order, and weight scales tell which is which.

    Raises:
        EdgebertError: not an artifact, damaged, without that bucket, or the format's package is
            not installed.
    """
    with open_artifact(path) as (backend, data):
        by_method = _READERS[backend](data)
    if bucket is None or backend != "litert":
        return next(iter(by_method.values()))
    if f"bucket_{bucket}" not in by_method:
        raise EdgebertError(f"{path}: has {', '.join(by_method)}, not bucket_{bucket}")
    return by_method[f"bucket_{bucket}"]
