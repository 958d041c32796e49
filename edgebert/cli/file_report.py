"""The inspection of one artifact as tables for people."""

from collections.abc import Iterable

from edgebert.cli.output import print_line, print_table
from edgebert.inspection.report import FileReport, MethodReport, OperatorReport, TensorReport

COLUMNS = ("operator", "precision", "runs on", ">count", ">weights kB")


def print_file_report(name: str, report: FileReport) -> None:
    """Print what an artifact holds, one table for all entry points with the same operators."""
    print_line(
        f"{name}: backend {report.backend}, mode {report.precision}, {report.size / 1e6:.1f} MB",
        style="bold",
    )
    constants = (f"{dtype} {size / 1e6:.2f} MB" for dtype, size in report.constants.items())
    print_line(f"constants: {', '.join(constants) or 'none'}")
    print_line(_describe_signature(report.methods))
    for alike in _group_by_operators(report.methods):
        names = ", ".join(method.name for method in alike)
        operators = alike[-1].operators
        print_table(COLUMNS, (_row(operator) for operator in operators), title=names)
        print_line(_describe_linears(operators))
        print_line("")


def _group_by_operators(methods: Iterable[MethodReport]) -> list[list[MethodReport]]:
    """Group entry points that do the same: buckets differ in the length of a constant at most."""
    groups: dict[tuple[tuple[str, str, str, int], ...], list[MethodReport]] = {}
    # The shorter name first: bucket_16 before bucket_128.
    for method in sorted(methods, key=lambda method: (len(method.name), method.name)):
        same = sorted((op.name, op.precision, op.runs_on, op.count) for op in method.operators)
        groups.setdefault(tuple(same), []).append(method)
    return list(groups.values())


def _row(operator: OperatorReport) -> tuple[str, ...]:
    weights = f"{operator.weight_bytes / 1e3:.1f}" if operator.weight_bytes else ""
    return (operator.name, operator.precision, operator.runs_on, str(operator.count), weights)


def _describe_signature(methods: tuple[MethodReport, ...]) -> str:
    """Say what the first entry point takes and returns; the others differ in length only."""
    if not methods:
        return "no entry point"
    first = methods[0]
    return f"{first.name} takes {_describe(first.inputs)}; returns {_describe(first.outputs)}"


def _describe(tensors: Iterable[TensorReport]) -> str:
    return ", ".join(
        f"{tensor.name} {tensor.dtype} [{', '.join(map(str, tensor.shape))}]" for tensor in tensors
    )


def _describe_linears(operators: tuple[OperatorReport, ...]) -> str:
    """Count the linears by precision and kernel: they are most of a model's time."""
    counts: dict[str, int] = {}
    for operator in operators:
        if operator.linear:
            kind = f"{operator.precision} on {operator.runs_on}"
            counts[kind] = counts.get(kind, 0) + operator.count
    found = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return f"linears: {found or 'none'}"
