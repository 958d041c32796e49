"""ONNX Runtime, for .onnx artifacts."""

import os
from collections.abc import Mapping
from typing import Any

from edgebert.engines.checks import check_names, check_request, named_outputs, ordered_inputs
from edgebert.engines.packages import first_line, import_runtime, is_installed, version_of
from edgebert.engines.session import ArtifactSpec, Float32Array, Int32Array
from edgebert.errors import EdgebertError

# On x86 without VNNI the fast int8 kernels add pairs of products in 16 bits, which saturates and
# gives other answers than ARM does. This option takes kernels that don't.
EXACT_INT8_OPTION = "session.x64quantprecision"
# Since 1.29 the published packages report their use to Microsoft, and keep an id of the device in
# the home folder, unless this is set before they are loaded. Whoever wants that sets it to 0.
NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"
FATAL = 4  # quieter levels of logging do not exist; errors come as exceptions


class OnnxRuntimeSession:
    """An opened .onnx artifact. Runs from several threads at once are safe: the runtime's are."""

    def __init__(self, runtime_session: Any, artifact: ArtifactSpec) -> None:
        self._session = runtime_session
        self._artifact = artifact

    def run(self, inputs: Mapping[str, Int32Array]) -> dict[str, Float32Array]:
        """Run one padded text; see `Session.run`.

        Raises:
            EdgebertError: the inputs do not fit, or the runtime cannot run them.

        """
        feed = dict(zip(self._artifact.inputs, ordered_inputs(self._artifact, inputs), strict=True))
        try:
            results = self._session.run(list(self._artifact.outputs), feed)
        except Exception as error:  # the runtime's exceptions have no base of their own
            raise EdgebertError(
                f"{self._artifact.path}: ONNX Runtime failed ({first_line(error)}); "
                "edgebert check tells whether the bundle is intact"
            ) from error
        return named_outputs(self._artifact, results)


class OnnxRuntimeEngine:
    """ONNX Runtime on the CPU."""

    name = "onnxruntime"
    backend = "onnx"

    def version(self) -> str | None:
        """Return the installed version, or None where the runtime is not installed."""
        return version_of("onnxruntime") if is_installed("onnxruntime") else None

    def open(self, artifact: ArtifactSpec, threads: int | None = None) -> OnnxRuntimeSession:
        """Open an .onnx artifact.

        Args:
            artifact: its inputs and outputs are called as in the file; the length is dynamic.
            threads: threads within an operator; None lets the runtime take one a core.

        Raises:
            EdgebertError: the runtime is not installed, cannot load the file, or the file has other
                inputs or outputs.

        """
        path = artifact.path
        check_request(path, threads)
        os.environ.setdefault(NO_TELEMETRY, "1")
        runtime = import_runtime("onnxruntime", self.name, "onnx")
        options = runtime.SessionOptions()
        options.log_severity_level = FATAL
        options.add_session_config_entry(EXACT_INT8_OPTION, "1")
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            session = runtime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # as above
            raise EdgebertError(
                f"{path}: ONNX Runtime {self.version()} cannot load it ({first_line(error)}); "
                "expected an intact .onnx artifact"
            ) from error
        inputs = [node.name for node in session.get_inputs()]
        check_names(path, "input", inputs, artifact.inputs)
        outputs = [node.name for node in session.get_outputs()]
        check_names(path, "output", outputs, artifact.outputs)
        return OnnxRuntimeSession(session, artifact)
