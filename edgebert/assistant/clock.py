"""The clock, with the time zone that moments are understood and said in."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from edgebert.errors import EdgebertError

Clock = Callable[[], datetime]
"""Returns the time, with its time zone."""


def system_clock(zone: str | None = None) -> Clock:
    """Return the system's clock in a time zone, by default the system's own.

    Args:
        zone: a name of the IANA database, such as "Europe/Berlin".

    Raises:
        EdgebertError: there is no zone of this name.

    """
    if zone is None:
        from tzlocal import get_localzone

        local = get_localzone()
        return lambda: datetime.now(local)
    try:
        chosen = ZoneInfo(zone)
    except (ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise EdgebertError(_unknown(zone)) from error
    except KeyError as error:
        raise EdgebertError(_unknown(zone)) from error
    return lambda: datetime.now(chosen)


def _unknown(zone: str) -> str:
    return f"time zone {zone!r}: unknown, expected a name such as Europe/Berlin"
