"""Says what an artifact holds: operators, precision, where they run, bytes."""

from collections.abc import Callable
from pathlib import Path

from edgebert.bundle.manifest import Backend
from edgebert.inspection.artifact import open_artifact
from edgebert.inspection.executorch.report import report_pte
from edgebert.inspection.litert.report import report_tflite
from edgebert.inspection.onnx.report import report_onnx
from edgebert.inspection.report import FileReport

_REPORTERS: dict[Backend, Callable[[bytes], FileReport]] = {
    "executorch": report_pte,
    "litert": report_tflite,
    "onnx": report_onnx,
}


def inspect_file(path: Path) -> FileReport:
    """Report on an artifact by its content.

    Args:
        path: a .pte, .tflite or .onnx.

    Raises:
        EdgebertError: not an artifact, damaged, or the format's package is not installed.
    """
    with open_artifact(path) as (backend, data):
        return _REPORTERS[backend](data)
