"""ExecuTorch, for .pte artifacts."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

from edgebert.engines import executorch_runtimes
from edgebert.engines.captured_stderr import captured_stderr
from edgebert.engines.checks import (
    check_names,
    check_request,
    named_outputs,
    ordered_inputs,
)
from edgebert.engines.executorch_runtimes import Method, Runtime
from edgebert.engines.packages import first_line
from edgebert.engines.session import ArtifactSpec, Float32Array, Int32Array
from edgebert.errors import EdgebertError

# Thread pool, workspaces and the registry of kernels belong to the process, so one lock guards
# loading, running and resizing the pool, whichever session they are for.
_process = threading.RLock()

# The method that takes any length up to the largest bucket.
METHOD = "forward"

# Sources of log lines that say nothing about the file.
CHATTER = ("cpuinfo_utils.cpp", "threadpool.cpp")


class ExecuTorchSession:
    """An opened .pte artifact. Runs from several threads wait for each other."""

    def __init__(self, runtime: Runtime, artifact: ArtifactSpec, threads: int | None) -> None:
        self._runtime = runtime
        self._artifact = artifact
        self._threads = threads
        self._identity = _identity(artifact.path)
        self._loaded: Method | None = None
        with _process:
            _open_sessions.add(self)
            self._program = self._load_program()

    def run(self, inputs: Mapping[str, Int32Array]) -> dict[str, Float32Array]:
        """Run one padded text; see `Session.run`. The method is loaded at the first run.

        Raises:
            EdgebertError: the inputs do not fit, or the runtime cannot load or run the method.

        """
        arrays = ordered_inputs(self._artifact, inputs)
        with _process:
            method = self._method()
            try:
                results = method(arrays)
            except Exception as error:  # the two runtimes share no base of exceptions
                raise EdgebertError(
                    f"{self._artifact.path}: ExecuTorch failed ({first_line(error)}); "
                    "edgebert check tells whether the bundle is intact"
                ) from error
        return named_outputs(self._artifact, results)

    def unload(self) -> None:
        """Let go of everything that refers to the thread pool; the next run loads it again."""
        self._loaded = None
        self._program = None

    def _method(self) -> Method:
        if self._runtime.needs_other_pool(self._threads):
            for session in list(_open_sessions):
                session.unload()
            self._runtime.replace_pool(self._threads)
        if self._program is None:
            self._program = self._load_program()
        if self._loaded is None:
            with _load_errors(self._artifact.path):
                self._loaded = self._runtime.load_method(self._program, METHOD)
        return self._loaded

    def _load_program(self) -> Any:
        path = self._artifact.path
        if _identity(path) != self._identity:
            raise EdgebertError(f"{path}: was replaced while it was open; open the bundle again")
        with _load_errors(path):
            program = self._runtime.load_program(path)
            names = list(program.method_names)
        check_names(path, "method", names, [METHOD])
        return program


_open_sessions: WeakSet[ExecuTorchSession] = WeakSet()


class ExecuTorchEngine:
    """ExecuTorch on the CPU with XNNPACK and the quantized kernels."""

    name = "executorch"
    backend = "executorch"

    def version(self) -> str | None:
        """Return the installed version, or None where no runtime is installed."""
        return executorch_runtimes.installed_version()

    def open(self, artifact: ArtifactSpec, threads: int | None = None) -> ExecuTorchSession:
        """Open a .pte artifact, whose method `forward` takes any of the buckets.

        Args:
            artifact: its inputs and outputs have no names in the file, only their order.
            threads: size of the thread pool; None is the runtime's default, one a core. The pool
                belongs to the process: when sessions of different counts take turns, each change
                loads the method again.

        Raises:
            EdgebertError: no runtime is installed, it cannot load the file or set the threads, or
                the file has no such method.

        """
        check_request(artifact.path, threads)
        with _process:
            runtime = executorch_runtimes.runtime()
            runtime.needs_other_pool(threads)  # refuses a count that could not be set
            return ExecuTorchSession(runtime, artifact, threads)


@contextmanager
def _load_errors(path: Path) -> Iterator[None]:
    """Turn a failure to load into one line, with what the runtime logged about it."""
    try:
        with captured_stderr() as log:
            yield
    except Exception as error:  # as in `run`
        reason = _telling_line(log.lines) or first_line(error)
        raise EdgebertError(
            f"{path}: ExecuTorch {executorch_runtimes.installed_version()} cannot load it "
            f"({reason}); expected an intact .pte artifact"
        ) from error


def _telling_line(lines: Sequence[str]) -> str | None:
    """Return the first log line about the file itself, without the "[source.cpp:12]" before it."""
    for line in lines:
        source, _, message = line.partition("] ")
        if source.startswith("[") and message and not source.startswith(_CHATTER_STARTS):
            return message
    return None


_CHATTER_STARTS = tuple(f"[{source}" for source in CHATTER)


def _identity(path: Path) -> tuple[int, int, int]:
    """Tell a file from another that took its place."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
