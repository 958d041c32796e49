"""Lowering to ExecuTorch: one .pte with a method a bucket, its linears on XNNPACK."""

from pathlib import Path

import torch
from torch.export import ExportedProgram

from edgebert.engines.checks import method_name
from edgebert.exporter.lowering.program import Program, Report
from edgebert.exporter.quiet import quiet


def lower_executorch(program: Program, path: Path, report: Report) -> None:
    """Write a program as .pte.

    The quantised graph is exported as it is: XNNPACK's partitioner reads its quantise and
    dequantise operators. Methods share their weights: constants are stored once by content.

    Args:
        program: what to lower.
        path: the file to write.
        report: told what is being done.
    """
    methods = {}
    for bucket in program.buckets:
        report(f"tracing {bucket} tokens")
        methods[method_name(bucket)] = _trace(program, bucket)
    report("partitioning for XNNPACK")
    with quiet():
        from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
        from executorch.exir import EdgeCompileConfig, to_edge_transform_and_lower

        edge = to_edge_transform_and_lower(
            methods,
            partitioner=[XnnpackPartitioner()],
            # The checker knows none of the quantised operators.
            compile_config=EdgeCompileConfig(_check_ir_validity=False),
        )
    report("writing the .pte")
    with quiet(), path.open("wb") as file:
        edge.to_executorch().write_to_file(file)


def _trace(program: Program, bucket: int) -> ExportedProgram:
    inputs = tuple(program.sample_inputs(bucket).values())
    with torch.no_grad():
        exported = torch.export.export(program.quantized, inputs, strict=False)
    # Each pass copies a node's provenance in depth; it grows with the passes and nothing reads it.
    for node in exported.graph.nodes:
        node.meta.pop("from_node", None)
    return exported
