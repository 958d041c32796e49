"""XNNPACKQuantizer in PT2E, as ExecuTorch's documentation lowers a model to XNNPACK."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from peer_tools.peer import Peer
from peer_tools.source import Source

TOOL = "XNNPACKQuantizer"


def make(source: Source, path: Path, *, is_dynamic: bool, bounded_mask: bool) -> None:
    """Quantise all that the quantizer knows, weights per channel, and write a .pte."""
    from executorch.backends.xnnpack.quantizer.xnnpack_quantizer import (
        XNNPACKQuantizer,
        get_symmetric_quantization_config,
    )
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

    inputs, shapes = _inputs(source)
    config = get_symmetric_quantization_config(is_per_channel=True, is_dynamic=is_dynamic)
    quantizer = XNNPACKQuantizer().set_global(config)
    module = source.own_module(bounded_mask=bounded_mask)
    with torch.no_grad():
        exported = torch.export.export(module, inputs, dynamic_shapes=shapes)
        prepared = prepare_pt2e(exported.module(), quantizer)
        for feed in source.calibration(padded=False):
            prepared(*feed.values())
        quantized = convert_pt2e(prepared)
        again = torch.export.export(quantized, inputs, dynamic_shapes=shapes)
    _lower(again, path)


def make_fp32(source: Source, path: Path) -> None:
    """Write the module as it is."""
    inputs, shapes = _inputs(source)
    with torch.no_grad():
        _lower(torch.export.export(source.own_module(), inputs, dynamic_shapes=shapes), path)


def _inputs(source: Source) -> tuple[tuple[Tensor, ...], tuple[dict[int, Any], ...]]:
    """Return inputs of the full length, and that any shorter ones are to be taken too."""
    inputs = tuple(source.sample().values())
    length = torch.export.Dim("length", min=2, max=source.inputs.max_length)
    return inputs, tuple({1: length} for _ in inputs)


def _lower(exported: torch.export.ExportedProgram, path: Path) -> None:
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.exir import to_edge_transform_and_lower

    edge = to_edge_transform_and_lower(exported, partitioner=[XnnpackPartitioner()])
    with path.open("wb") as file:
        edge.to_executorch().write_to_file(file)


PEERS = tuple(
    Peer(
        "xnnpack-" + ("dynamic" if is_dynamic else "static") + ("-bounded" if bounded else ""),
        TOOL,
        ("dynamic" if is_dynamic else "static")
        + " per channel"
        + (", mask of -100" if bounded else ""),
        "executorch",
        partial(make, is_dynamic=is_dynamic, bounded_mask=bounded),
        padded=False,
    )
    for is_dynamic in (False, True)
    for bounded in (False, True)
)
