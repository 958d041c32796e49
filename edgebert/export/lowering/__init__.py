"""Lowering: the deployment graph becomes an artifact, one module a backend."""

from collections.abc import Callable
from pathlib import Path

from edgebert.bundle.manifest import Backend
from edgebert.export.lowering.executorch import lower_executorch
from edgebert.export.lowering.litert import lower_litert
from edgebert.export.lowering.onnx import lower_onnx
from edgebert.export.lowering.program import Program, Report

LOWERINGS: dict[Backend, Callable[[Program, Path, Report], None]] = {
    "executorch": lower_executorch,
    "litert": lower_litert,
    "onnx": lower_onnx,
}

SUFFIXES: dict[Backend, str] = {"executorch": "pte", "litert": "tflite", "onnx": "onnx"}

__all__ = ["LOWERINGS", "SUFFIXES"]
