"""edgebert: small text encoders on phones and boards, from checkpoint to verified INT8 bundle.

    import edgebert

    pipeline = edgebert.load("bundles/minilm")
    answer = pipeline("turn on the light")

Nothing heavy is imported before it is used: `import edgebert` alone loads neither numpy nor an
engine, and only `edgebert.export` loads the workstation side (`edgebert.exporter`).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from edgebert.errors import CheckFailedError, EdgebertError

if TYPE_CHECKING:
    from edgebert.bundle import Bundle, open_bundle
    from edgebert.exporter.job import export
    from edgebert.pipeline import Pipeline, load

__version__ = "0.1.0"

__all__ = [
    "Bundle",
    "CheckFailedError",
    "EdgebertError",
    "Pipeline",
    "__version__",
    "export",
    "load",
    "open_bundle",
]

# Where each public name is found: module and name in it.
_HOMES = {
    "Bundle": ("edgebert.bundle", "Bundle"),
    "Pipeline": ("edgebert.pipeline", "Pipeline"),
    "export": ("edgebert.exporter.job", "export"),
    "load": ("edgebert.pipeline", "load"),
    "open_bundle": ("edgebert.bundle", "open_bundle"),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
