"""LiteRT, for .tflite artifacts."""

import threading
from collections.abc import Mapping
from typing import Any

from edgebert.engines.captured_stderr import captured_stderr
from edgebert.engines.checks import (
    check_names,
    check_request,
    named_outputs,
    ordered_inputs,
)
from edgebert.engines.packages import first_line, import_runtime, is_installed, version_of
from edgebert.engines.session import ArtifactSpec, Float32Array, Int32Array
from edgebert.errors import EdgebertError

LITERT = "ai_edge_litert.interpreter"
# LiteRT's predecessor, still the only one packaged for some boards. It is known to give wrong
# results for dynamic int8 artifacts; a bundle's self-test shows it.
TFLITE_RUNTIME = "tflite_runtime.interpreter"


def signature_name(bucket: int) -> str:
    """Name the signature that was lowered for a bucket."""
    return f"bucket_{bucket}"


class LiteRtSession:
    """An opened .tflite artifact. Runs from several threads wait for each other."""

    def __init__(self, interpreter: Any, artifact: ArtifactSpec) -> None:
        self._interpreter = interpreter
        self._artifact = artifact
        self._runners: dict[int, Any] = {}
        # An interpreter holds the tensors of the run in progress.
        self._running = threading.Lock()

    def run(self, inputs: Mapping[str, Int32Array]) -> dict[str, Float32Array]:
        """Run one padded text; see `Session.run`.

        Raises:
            EdgebertError: the inputs do not fit, or the runtime cannot run them.

        """
        arrays = ordered_inputs(self._artifact, inputs)
        bucket = arrays[0].shape[1]
        with self._running:
            try:
                runner = self._runner(bucket)
                results = runner(**dict(zip(self._artifact.inputs, arrays, strict=True)))
            except (ValueError, RuntimeError) as error:
                raise EdgebertError(
                    f"{self._artifact.path}: LiteRT failed ({first_line(error)}); "
                    "edgebert check tells whether the bundle is intact"
                ) from error
        return named_outputs(self._artifact, [results[n] for n in _output_names(self._artifact)])

    def _runner(self, bucket: int) -> Any:
        if bucket not in self._runners:
            self._runners[bucket] = self._interpreter.get_signature_runner(signature_name(bucket))
        return self._runners[bucket]


class LiteRtEngine:
    """LiteRT on the CPU with its XNNPACK delegate; TensorFlow Lite's runtime in its absence."""

    name = "litert"
    backend = "litert"

    def version(self) -> str | None:
        """Return the installed version, or None where the runtime is not installed."""
        if is_installed(LITERT):
            return version_of("ai-edge-litert", "ai-edge-litert-nightly")
        if is_installed(TFLITE_RUNTIME):
            return f"{version_of('tflite-runtime')} (tflite-runtime)"
        return None

    def open(self, artifact: ArtifactSpec, threads: int | None = None) -> LiteRtSession:
        """Open a .tflite artifact, which has a signature `bucket_N` a bucket.

        Args:
            artifact: its inputs are called as in the signatures; there the outputs are `output_0`,
                `output_1` and so on.
            threads: threads of a run; None leaves it to the runtime.

        Raises:
            EdgebertError: the runtime is not installed, cannot load the file, or the file has other
                signatures.

        """
        path = artifact.path
        check_request(path, threads)
        module = LITERT if is_installed(LITERT) else TFLITE_RUNTIME
        with captured_stderr():
            interpreter_class = import_runtime(module, self.name, "litert").Interpreter
            try:
                interpreter = interpreter_class(model_path=str(path), num_threads=threads)
                interpreter.allocate_tensors()  # makes the delegate, which announces itself
                signatures = interpreter.get_signature_list()
            except (ValueError, RuntimeError) as error:
                raise EdgebertError(
                    f"{path}: LiteRT {self.version()} cannot load it ({first_line(error)}); "
                    "expected an intact .tflite artifact"
                ) from error
        names = [signature_name(bucket) for bucket in artifact.buckets]
        check_names(path, "signature", list(signatures), names)
        for name in names:
            check_names(path, "input", signatures[name]["inputs"], artifact.inputs)
            check_names(path, "output", signatures[name]["outputs"], _output_names(artifact))
        return LiteRtSession(interpreter, artifact)


def _output_names(artifact: ArtifactSpec) -> list[str]:
    """Name the outputs as the signatures do: by their place in the graph."""
    return [f"output_{position}" for position in range(len(artifact.outputs))]
