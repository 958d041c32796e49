"""Where handlers come from: built in, installed packages, a file of the user's."""

import runpy
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from edgebert.assistant.handlers import Handler
from edgebert.assistant.skills import BUILT_IN
from edgebert.errors import EdgebertError

GROUP = "edgebert.handlers"


def installed_handlers() -> list[Handler]:
    """Return the handlers that are built in and those of entry points in the group.

    An entry point names a handler, a list of them, or a module that has some.

    Raises:
        EdgebertError: an entry point cannot be loaded, or names something else.

    """
    found = list(BUILT_IN)
    for point in entry_points(group=GROUP):
        place = f"entry point {point.name} = {point.value} in {GROUP}"
        try:
            thing = point.load()
        except Exception as error:  # whatever importing a stranger's module raises
            raise EdgebertError(
                f"{place}: cannot be loaded ({type(error).__name__}: {error}); "
                "mend or uninstall its package"
            ) from error
        found += _handlers_in(thing, place)
    return found


def handlers_of_file(path: Path) -> list[Handler]:
    """Run a Python file and return the handlers that it defines.

    Raises:
        EdgebertError: no such file, it fails, or it has no handler.

    """
    if not path.is_file():
        raise EdgebertError(f"{path}: no such file, expected Python with handlers")
    try:
        names = runpy.run_path(str(path))
    except (Exception, SystemExit) as error:
        raise EdgebertError(f"{path}: fails with {type(error).__name__}: {error}") from error
    return _handlers_in(list(names.values()), str(path), only=True)


def named_handlers(handlers: Iterable[Handler]) -> dict[str, Handler]:
    """Return handlers by their names.

    Raises:
        EdgebertError: two have the same.

    """
    found: dict[str, Handler] = {}
    for handler in handlers:
        if found.setdefault(handler.name, handler) is not handler:
            raise EdgebertError(f"handler {handler.name}: there are two of this name; rename one")
    return found


def _handlers_in(thing: Any, place: str, *, only: bool = False) -> list[Handler]:
    if isinstance(thing, ModuleType):
        thing, only = list(vars(thing).values()), True
    things = list(thing) if isinstance(thing, list | tuple) else [thing]
    found = [item for item in things if isinstance(item, Handler)]
    if not found or (len(found) < len(things) and not only):
        raise EdgebertError(f"{place}: found no handler, expected functions made by @handler")
    return found
