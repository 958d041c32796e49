"""AI Edge Quantizer's recipes on what litert-torch converts the module to."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from edgebert.engines.litert import signature_name
from peer_tools.peer import Peer
from peer_tools.source import Source

TOOL = "ai-edge-quantizer"


def convert(source: Source, *, bounded_mask: bool) -> Path:
    """Return the fp32 model for inputs of the full length."""
    import litert_torch

    path = source.folder / ("bounded.tflite" if bounded_mask else "fp32.tflite")
    if not path.exists():
        module = source.own_module(bounded_mask=bounded_mask)
        name = signature_name(source.inputs.max_length)
        litert_torch.signature(name, module, None, source.sample()).convert().export(str(path))
    return path


def make_static(source: Source, path: Path, *, bounded_mask: bool) -> None:
    """Apply static_wi8_ai8: int8 weights per channel, int8 activations, its own calibration."""
    from ai_edge_quantizer import quantizer, recipe

    model = convert(source, bounded_mask=bounded_mask)
    tool = quantizer.Quantizer(str(model), recipe.static_wi8_ai8())
    feeds = [
        {name: tensor.numpy() for name, tensor in feed.items()}
        for feed in source.calibration(padded=True)
    ]
    ranges = tool.calibrate({signature_name(source.inputs.max_length): feeds}, num_threads=1)
    path.write_bytes(tool.quantize(ranges).quantized_model)


def make_dynamic(source: Source, path: Path) -> None:
    """Apply dynamic_wi8_afp32: int8 weights per channel, the rest at run time."""
    from ai_edge_quantizer import quantizer, recipe

    model = convert(source, bounded_mask=False)
    tool = quantizer.Quantizer(str(model), recipe.dynamic_wi8_afp32())
    path.write_bytes(tool.quantize().quantized_model)


PEERS = (
    Peer(
        "ai-edge-static",
        TOOL,
        "static_wi8_ai8",
        "litert",
        partial(make_static, bounded_mask=False),
        padded=True,
    ),
    Peer(
        "ai-edge-static-bounded",
        TOOL,
        "static_wi8_ai8, mask of -100",
        "litert",
        partial(make_static, bounded_mask=True),
        padded=True,
    ),
    Peer("ai-edge-dynamic", TOOL, "dynamic_wi8_afp32", "litert", make_dynamic, padded=True),
)
