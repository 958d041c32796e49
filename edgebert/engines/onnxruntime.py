"""ONNX Runtime, for .onnx artifacts."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from edgebert.engines.checks import check_names, check_request, named_outputs, ordered_inputs
from edgebert.engines.packages import first_line, import_runtime, is_installed, version_of
from edgebert.engines.session import Float32Array, Int32Array
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

    def __init__(
        self,
        runtime_session: Any,
        path: Path,
        inputs: Sequence[str],
        outputs: Sequence[str],
        buckets: Sequence[int],
    ) -> None:
        self._session = runtime_session
        self._path = path
        self._inputs = tuple(inputs)
        self._outputs = tuple(outputs)
        self._buckets = tuple(buckets)

    def run(self, inputs: Mapping[str, Int32Array]) -> dict[str, Float32Array]:
        """Run one padded text; see `Session.run`.

        Raises:
            EdgebertError: the inputs do not fit, or the runtime cannot run them.

        """
        arrays = ordered_inputs(inputs, self._inputs, self._buckets)
        feed = dict(zip(self._inputs, arrays, strict=True))
        try:
            results = self._session.run(list(self._outputs), feed)
        except Exception as error:  # the runtime's exceptions have no base of their own
            raise EdgebertError(
                f"{self._path}: ONNX Runtime failed ({first_line(error)}); "
                "edgebert check tells whether the bundle is intact"
            ) from error
        return named_outputs(self._path, self._outputs, results)


class OnnxRuntimeEngine:
    """ONNX Runtime on the CPU."""

    name = "onnxruntime"
    backend = "onnx"
    sets_threads = True

    def version(self) -> str | None:
        """Return the installed version, or None where the runtime is not installed."""
        return version_of("onnxruntime") if is_installed("onnxruntime") else None

    def open(
        self,
        path: Path,
        *,
        inputs: Sequence[str],
        outputs: Sequence[str],
        buckets: Sequence[int],
        threads: int | None,
    ) -> OnnxRuntimeSession:
        """Open an .onnx artifact.

        Args:
            path: the file.
            inputs: the names of its inputs, int32 with a dynamic length.
            outputs: the names of its outputs.
            buckets: the lengths that a run may have.
            threads: threads within an operator; None lets the runtime take one a core.

        Raises:
            EdgebertError: the runtime is not installed, cannot load the file, or the file has other
                inputs or outputs.

        """
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
        check_names(path, "input", [node.name for node in session.get_inputs()], inputs)
        check_names(path, "output", [node.name for node in session.get_outputs()], outputs)
        return OnnxRuntimeSession(session, path, inputs, outputs, buckets)
