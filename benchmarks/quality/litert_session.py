"""A .tflite whose outputs may be int8, as AI Edge Quantizer's static recipe leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from edgebert.engines.litert import signature_name
from edgebert.engines.session import Float32Array, Int32Array


class DequantizingSession:
    """Runs a .tflite and returns float32, see edgebert.engines.Session."""

    def __init__(
        self, path: Path, length: int, output_names: tuple[str, ...], threads: int = 1
    ) -> None:
        """Open a file with a signature for one length in tokens."""
        self._interpreter = Interpreter(model_path=str(path), num_threads=threads)
        self._runner = self._interpreter.get_signature_runner(signature_name(length))
        self._details = self._runner.get_output_details()
        self._names = output_names

    def run(self, inputs: Mapping[str, Int32Array]) -> dict[str, Float32Array]:
        """Run one padded text."""
        results = self._runner(**inputs)
        outputs = {}
        for position, name in enumerate(self._names):
            place = f"output_{position}"
            array = np.asarray(results[place])
            if array.dtype != np.float32:
                scale, zero_point = self._details[place]["quantization"]
                array = (array.astype(np.float32) - zero_point) * np.float32(scale)
            outputs[name] = array.astype(np.float32, copy=False)
        return outputs
