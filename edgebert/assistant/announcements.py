"""Alarms and timers whose time has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from edgebert.assistant.saying import say_duration, say_time
from edgebert.assistant.store import Store

LATE = timedelta(minutes=1)


@dataclass(frozen=True)
class Announcement:
    """Something that is due.

    Attributes:
        id: of the alarm in the store.
        text: what to say.
        at: when it was due.

    """

    id: int
    text: str
    at: datetime


def due_announcements(store: Store, now: datetime) -> tuple[Announcement, ...]:
    """Return what is due and was not acknowledged, the oldest first.

    Raises:
        sqlite3.Error: the store fails.

    """
    memory = store.begin(writes=False)
    try:
        rows = memory.execute(
            "select id, at, name, timer from alarms where at <= ? order by at, id",
            now.timestamp(),
        )
    finally:
        memory.end(keep=True)
    found = []
    for number, seconds, name, timer in rows:
        at = datetime.fromtimestamp(seconds, now.tzinfo)
        late = now - at
        what = f"{'timer' if timer else 'alarm'}{f' for {name}' if name else ''}"
        text = f"Your {what} is up." if timer else f"It is {say_time(now)}. Your {what}."
        if late >= LATE:
            text = f"Your {what} was due {say_duration(late)} ago."
        found.append(Announcement(number, text, at))
    return tuple(found)


def acknowledge(store: Store, announcements: Iterable[Announcement]) -> None:
    """Forget the alarms that these have announced.

    Raises:
        sqlite3.Error: the store fails.

    """
    memory = store.begin()
    try:
        for announcement in announcements:
            memory.execute("delete from alarms where id = ?", announcement.id)
    except BaseException:
        memory.end(keep=False)
        raise
    memory.end(keep=True)
