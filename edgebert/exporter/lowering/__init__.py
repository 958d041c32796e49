"""Lowering: the deployment graph becomes an artifact, one module a backend."""

from collections.abc import Callable
from pathlib import Path

from edgebert.bundle.manifest import Backend
from edgebert.exporter.lowering.executorch import lower_executorch
from edgebert.exporter.lowering.litert import lower_litert
from edgebert.exporter.lowering.onnx import lower_onnx
from edgebert.exporter.lowering.program import Program, Report

LOWERINGS: dict[Backend, Callable[[Program, Path, Report], None]] = {
    "executorch": lower_executorch,
    "litert": lower_litert,
    "onnx": lower_onnx,
}

SUFFIXES: dict[Backend, str] = {"executorch": "pte", "litert": "tflite", "onnx": "onnx"}

__all__ = ["LOWERINGS", "SUFFIXES"]
