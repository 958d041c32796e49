"""The two Python packages that run .pte files, behind one small interface of numpy arrays."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from edgebert.engines.captured_stderr import captured_stderr
from edgebert.engines.packages import import_runtime, is_installed, not_installed, version_of
from edgebert.engines.session import Int32Array
from edgebert.errors import EdgebertError

Method = Callable[[Sequence[Int32Array]], list[NDArray[np.generic]]]
"""A loaded method: inputs by position in, outputs by position out."""

NATIVE = "executorch.runtime"
NUMPY_RUNTIME = "executorch_numpy_runtime"


class Runtime(Protocol):
    """What runs .pte files in this process."""

    def load_program(self, path: Path) -> Any:
        """Load a file; the result has `method_names`."""
        ...

    def load_method(self, program: Any, name: str) -> Method:
        """Make one method of a loaded file ready to run."""
        ...

    def needs_other_pool(self, threads: int | None) -> bool:
        """Say whether the process's thread pool has another size than this; None is the default.

        Raises:
            EdgebertError: the runtime has no setting for it.

        """
        ...

    def replace_pool(self, threads: int | None) -> None:
        """Replace the process's thread pool; no method may be loaded when this is called."""
        ...


class NativeRuntime:
    """ExecuTorch's own Python runtime, which exchanges torch tensors."""

    def __init__(self) -> None:
        with captured_stderr():  # its imports and the first look at the CPU print notes
            self._torch = _import_native("torch")
            # Registers the quantized kernels, of the embedding for example.
            _import_native("executorch.kernels.quantized")
            self._runtime = _import_native(NATIVE).Runtime.get()
            self._library = _import_native("executorch.extension.pybindings.portable_lib")
            self._default_threads: int = self._library._threadpool_get_thread_count()

    def load_program(self, path: Path) -> Any:
        """Load a file; the result has `method_names`."""
        return self._runtime.load_program(path)

    def load_method(self, program: Any, name: str) -> Method:
        """Make one method of a loaded file ready to run."""
        method = program.load_method(name)

        def run(inputs: Sequence[Int32Array]) -> list[NDArray[np.generic]]:
            tensors = [self._torch.from_numpy(array) for array in inputs]
            return [output.numpy() for output in method.execute(tensors)]

        return run

    def needs_other_pool(self, threads: int | None) -> bool:
        """Say whether the process's thread pool has another size than this."""
        count: int = self._library._threadpool_get_thread_count()
        return count != (threads or self._default_threads)

    def replace_pool(self, threads: int | None) -> None:
        """Replace the process's thread pool.

        XNNPACK's part of a loaded method keeps the address of the pool, so the methods have to be
        unloaded before.
        """
        with captured_stderr():
            self._library._unsafe_reset_threadpool(threads or self._default_threads)


class NumpyRuntime:
    """The package executorch-numpy-runtime: small, without torch, and without a thread setting."""

    def __init__(self) -> None:
        module = import_runtime(NUMPY_RUNTIME, "executorch", "executorch")
        self._runtime = module.Runtime.get()

    def load_program(self, path: Path) -> Any:
        """Load a file; the result has `method_names`."""
        return self._runtime.load_program(str(path))

    def load_method(self, program: Any, name: str) -> Method:
        """Make one method of a loaded file ready to run."""
        method = program.load_method(name)

        def run(inputs: Sequence[Int32Array]) -> list[NDArray[np.generic]]:
            return [np.asarray(output) for output in method(list(inputs))]

        return run

    def needs_other_pool(self, threads: int | None) -> bool:
        """Refuse a thread count, rather than ignore it silently."""
        if threads is not None:
            raise EdgebertError(
                f"threads: found {threads}, but executorch-numpy-runtime has no setting for it; "
                "leave the number out, or install executorch"
            )
        return False

    def replace_pool(self, threads: int | None) -> None:
        """Do nothing: `needs_other_pool` never asks for it."""


def has_native() -> bool:
    """Say whether ExecuTorch's own runtime, and the torch it needs, are installed."""
    return is_installed(NATIVE) and is_installed("torch")


def installed_version() -> str | None:
    """Return the version of the package that would run, or None where there is none."""
    if has_native():
        return version_of("executorch")
    if is_installed(NUMPY_RUNTIME):
        return f"{version_of('executorch-numpy-runtime')} (executorch-numpy-runtime)"
    return None


@cache
def runtime() -> Runtime:
    """Return the process's runtime: ExecuTorch's own, or else executorch-numpy-runtime.

    Raises:
        EdgebertError: neither is installed, or the installed one does not load.

    """
    if has_native():
        return NativeRuntime()
    if is_installed(NUMPY_RUNTIME):
        return NumpyRuntime()
    raise not_installed("executorch", "executorch")


def _import_native(module: str) -> Any:
    return import_runtime(module, "executorch", "executorch")
