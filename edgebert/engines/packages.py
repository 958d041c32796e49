"""Finding and importing the runtimes, which are optional packages."""

import importlib
import importlib.util
from importlib import metadata
from typing import Any

from edgebert.errors import EdgebertError


def is_installed(module: str) -> bool:
    """Say whether a module, given by its dotted name, can be found; it is not run itself."""
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):  # its parent is missing, or is no package
        return False


def version_of(*distributions: str) -> str:
    """Return the version of the first of these distributions that is installed, or "unknown"."""
    for distribution in distributions:
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return "unknown"


def import_runtime(module: str, engine: str, extra: str) -> Any:
    """Import a module of a runtime.

    Args:
        module: its dotted name.
        engine: the engine that needs it, for the message.
        extra: the extra of edgebert that installs it.

    Raises:
        EdgebertError: it is not installed, or is installed but does not load.

    """
    if not is_installed(module):
        raise not_installed(engine, extra)
    try:
        return importlib.import_module(module)
    except (ImportError, OSError, RuntimeError) as error:
        raise EdgebertError(
            f"engine {engine}: {module} is installed but does not load ({first_line(error)}); "
            f"reinstall it: pip install --force-reinstall 'edgebert[{extra}]'"
        ) from error


def not_installed(engine: str, extra: str) -> EdgebertError:
    """Make the error for an engine whose runtime is missing."""
    return EdgebertError(
        f"engine {engine}: its runtime is not installed; pip install 'edgebert[{extra}]'"
    )


def first_line(error: BaseException) -> str:
    """Return the first line of an exception's message, or its type where it has none."""
    lines = str(error).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__
