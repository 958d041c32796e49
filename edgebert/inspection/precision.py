"""Judges precision from dtypes, by the same rules for every format."""

from collections.abc import Collection, Iterable

from edgebert.bundle.manifest import Mode
from edgebert.inspection.report import MethodReport, Precision

# The dtype of a tensor whose int8 values get their scale at run time.
DYNAMIC_INT8 = "dynamic int8"

_INT8 = {"int8", "uint8"}
_INTEGERS = {"bool", "int16", "uint16", "int32", "uint32", "int64", "uint64"}


def precision_of(dtypes: Collection[str]) -> Precision:
    """Return the precision of an operator that reads and writes tensors of these dtypes.

    An operator between int8 and float32 converts or looks up: it counts as int8. Shapes and axes
    are int32, so any float32 beside integers makes an operator fp32.
    """
    present = set(dtypes)
    if DYNAMIC_INT8 in present:
        return "dynamic int8"
    if present & _INT8:
        return "int8"
    if not present <= {"float32"} | _INTEGERS:
        return "other"
    if "float32" in present:
        return "fp32"
    return "integer" if present else "other"


def precision_mode(methods: Iterable[MethodReport]) -> Mode:
    """Return the mode of an artifact, judged from its linears."""
    found = {
        operator.precision for method in methods for operator in method.operators if operator.linear
    }
    if "int8" in found:
        return "static"
    return "dynamic" if "dynamic int8" in found else "fp32"
