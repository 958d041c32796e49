"""ONNX Runtime's own quantisation of what torch.onnx.export makes of the module."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from peer_tools.peer import Peer
from peer_tools.source import Source

TOOL = "onnxruntime.quantization"


class _Texts(CalibrationDataReader):  # type: ignore[misc]
    """The texts to calibrate on, each as long as it is."""

    def __init__(self, source: Source) -> None:
        self._feeds = [
            {name: tensor.numpy() for name, tensor in feed.items()}
            for feed in source.calibration(padded=False)
        ]
        self._left = iter(self._feeds)

    def get_next(self) -> Any:
        """Return the next text's inputs, None behind the last."""
        return next(self._left, None)

    def __len__(self) -> int:
        return len(self._feeds)

    def set_range(self, start_index: int, end_index: int) -> None:
        """Go on with these texts only."""
        self._left = iter(self._feeds[start_index:end_index])


def export(source: Source) -> Path:
    """Return the fp32 model with the length dynamic, as torch writes it."""
    path = source.folder / "exported.onnx"
    if path.exists():
        return path
    sample = source.sample()
    length = torch.export.Dim("length", min=2, max=source.inputs.max_length)
    program = torch.onnx.export(
        source.own_module(),
        tuple(sample.values()),
        dynamo=True,
        dynamic_shapes=tuple({1: length} for _ in sample),
        input_names=list(sample),
        output_names=list(source.output_names),
        verbose=False,
    )
    assert program is not None
    program.save(path)
    return path


def convert(source: Source) -> Path:
    """Return the fp32 model pre-processed for quantisation."""
    path = source.folder / "fp32.onnx"
    if not path.exists():
        # The symbolic shape inference, which is optional, stops at these graphs as "incomplete".
        quant_pre_process(export(source), path, skip_symbolic_shape=True)
    return path


def make_static(method: CalibrationMethod, source: Source, path: Path) -> None:
    """Quantise statically: int8 per channel and per tensor, quantise and dequantise nodes."""
    quantize_static(
        convert(source),
        path,
        _Texts(source),
        per_channel=True,
        activation_type=QuantType.QInt8,  # as its documentation advises for ARM
        weight_type=QuantType.QInt8,
        calibrate_method=method,
        # Text by text: the histograms take no texts of several lengths at once, and would keep
        # every tensor of all texts in memory.
        extra_options={"CalibStridedMinMax": 1},
    )


def make_dynamic(source: Source, path: Path, *, keep_shapes: bool) -> None:
    """Quantise weights per channel; activations get their scale at run time."""
    model = onnx.load(convert(source))
    if not keep_shapes:
        del model.graph.value_info[:]
    given = path.with_suffix(".fp32.onnx")
    onnx.save(model, given)
    quantize_dynamic(given, path, per_channel=True, weight_type=QuantType.QInt8)


PEERS = (
    *(
        Peer(
            f"onnxruntime-static-{name.lower()}",
            TOOL,
            f"static {name.lower()}",
            "onnx",
            partial(make_static, method),
            padded=False,
        )
        for name, method in CalibrationMethod.__members__.items()
        if name in ("MinMax", "Entropy", "Percentile")
    ),
    Peer(
        "onnxruntime-dynamic",
        TOOL,
        "dynamic",
        "onnx",
        partial(make_dynamic, keep_shapes=True),
        padded=False,
    ),
    Peer(
        "onnxruntime-dynamic-no-shapes",
        TOOL,
        "dynamic, stored shapes removed first",
        "onnx",
        partial(make_dynamic, keep_shapes=False),
        padded=False,
    ),
)
