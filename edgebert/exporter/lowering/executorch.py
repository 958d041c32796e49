"""Lowering to ExecuTorch: one .pte whose method takes any length, its linears on XNNPACK."""

from pathlib import Path

import torch
from torch.export import ExportedProgram

from edgebert.engines.executorch import METHOD
from edgebert.exporter.lowering.program import Program, Report
from edgebert.exporter.quiet import quiet


def lower_executorch(program: Program, path: Path, report: Report) -> None:
    """Write a program as .pte.

    The quantised graph is exported as it is: XNNPACK's partitioner reads its quantise and
    dequantise operators. One method serves all buckets: XNNPACK adapts to a length as fast as it
    runs a fixed one, and a method a bucket would have to pack the weights once each.

    Args:
        program: what to lower.
        path: the file to write.
        report: told what is being done.
    """
    report("tracing")
    exported = _trace(program)
    report("partitioning for XNNPACK")
    with quiet():
        from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
        from executorch.exir import EdgeCompileConfig, to_edge_transform_and_lower

        from edgebert.exporter.lowering.xnnpack_slices import partitioner_configs

        edge = to_edge_transform_and_lower(
            {METHOD: exported},
            partitioner=[XnnpackPartitioner(configs=partitioner_configs())],
            # The checker knows none of the quantised operators.
            compile_config=EdgeCompileConfig(_check_ir_validity=False),
        )
    report("writing the .pte")
    with quiet(), path.open("wb") as file:
        edge.to_executorch().write_to_file(file)


def _trace(program: Program) -> ExportedProgram:
    longest = max(program.buckets)
    inputs = program.sample_inputs(longest)
    length = torch.export.Dim("length", min=2, max=longest)
    with torch.no_grad():
        exported = torch.export.export(
            program.quantized,
            tuple(inputs.values()),
            dynamic_shapes={name: {1: length} for name in inputs},
            strict=False,
        )
    # Each pass copies a node's provenance in depth; it grows with the passes and nothing reads it.
    for node in exported.graph.nodes:
        node.meta.pop("from_node", None)
    return exported
