"""The engines that run artifacts on a device, each behind the interface of `session`.

A runtime is imported when its engine opens a first artifact, never before.
"""

from edgebert.engines.executorch import ExecuTorchEngine
from edgebert.engines.litert import LiteRtEngine
from edgebert.engines.onnxruntime import OnnxRuntimeEngine
from edgebert.engines.session import ArtifactSpec, Engine, Session
from edgebert.errors import EdgebertError

ENGINES: dict[str, Engine] = {
    engine.name: engine for engine in (ExecuTorchEngine(), LiteRtEngine(), OnnxRuntimeEngine())
}
"""Every engine by name, installed or not."""

__all__ = [
    "ENGINES",
    "ArtifactSpec",
    "Engine",
    "Session",
    "available",
    "engine_for",
    "engine_named",
]


def engine_named(name: str) -> Engine:
    """Return the engine of a name, installed or not.

    Raises:
        EdgebertError: there is no such engine.

    """
    if name not in ENGINES:
        raise EdgebertError(f"engine {name}: unknown, expected one of {', '.join(ENGINES)}")
    return ENGINES[name]


def engine_for(backend: str) -> Engine:
    """Return the engine that runs the artifacts of a backend, installed or not.

    Raises:
        EdgebertError: no engine is for such a backend.

    """
    for engine in ENGINES.values():
        if engine.backend == backend:
            return engine
    backends = ", ".join(engine.backend for engine in ENGINES.values())
    raise EdgebertError(f"backend {backend}: unknown, expected one of {backends}")


def available() -> tuple[Engine, ...]:
    """Return the engines whose runtimes are installed."""
    return tuple(engine for engine in ENGINES.values() if engine.version() is not None)
