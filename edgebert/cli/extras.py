"""Says what to install where a verb needs more than the device side."""

from collections.abc import Iterator
from contextlib import contextmanager

from edgebert.errors import EdgebertError

_WITHOUT_TORCH = ("assistant",)


@contextmanager
def needs_extra(what: str, extra: str) -> Iterator[None]:
    """Turn the first import that fails inside into a line that says what to install.

    Args:
        what: what cannot be done without, such as ``edgebert export``.
        extra: the package's extra that brings it.

    Raises:
        EdgebertError: a module is not installed.

    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or str(error)).partition(".")[0]
        # A looser request than the extra's, of another package, may draw a newer torch.
        first = "" if extra in _WITHOUT_TORCH else "pip install torch==2.13.0, then "
        raise EdgebertError(
            f"{what} needs the package {package}: {first}pip install 'edgebert[{extra}]'"
        ) from error
