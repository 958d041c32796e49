"""What an artifact holds, read back from the file: operators, precision, scales, bytes."""

from edgebert.inspection.inspect import inspect_file
from edgebert.inspection.linear_scales import ActivationScale, LinearScales
from edgebert.inspection.report import FileReport, MethodReport, OperatorReport, TensorReport
from edgebert.inspection.scales import static_scales

__all__ = [
    "ActivationScale",
    "FileReport",
    "LinearScales",
    "MethodReport",
    "OperatorReport",
    "TensorReport",
    "inspect_file",
    "static_scales",
]
