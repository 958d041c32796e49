"""What the assistant remembers: one SQLite file, in which whatever was answered for is kept.

Write-ahead log with full synchronisation: a commit is on the disk before its answer is given
(https://www.sqlite.org/pragma.html#pragma_synchronous); neither kill -9 nor a power cut loses it.
"""

import json
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

from edgebert.errors import EdgebertError

VERSION = 1
BUSY_SECONDS = 5.0  # another assistant with the same store may be at work
_SCHEMA = """
create table things (name text primary key, value text not null);
create table alarms (
    id integer primary key,
    at real not null,
    name text not null,
    timer integer not null
);
create table lists (id integer primary key, name text not null unique);
create table items (
    id integer primary key,
    list integer not null references lists (id) on delete cascade,
    text text not null
);
"""

Cell = str | int | float | bytes | None


class Memory:
    """The store in the hands of a handler, for one turn."""

    def __init__(self, connection: sqlite3.Connection, lock: threading.RLock) -> None:
        """Wrap a connection inside of a transaction; `Store.begin` is the way to one."""
        self._connection = connection
        self._lock = lock
        self._ended = False

    def execute(self, sql: str, *values: Cell) -> list[tuple[Any, ...]]:
        """Run one SQL statement with its values and return all rows.

        Raises:
            sqlite3.Error: as SQLite has it; also when the turn is over.

        """
        with self._lock:
            if self._ended:
                raise sqlite3.ProgrammingError("the turn is over: its store is closed")
            return self._connection.execute(sql, values).fetchall()

    def get(self, name: str, default: Any = None) -> Any:
        """Return what was put under a name, or the default."""
        rows = self.execute("select value from things where name = ?", name)
        return json.loads(rows[0][0]) if rows else default

    def put(self, name: str, value: Any) -> None:
        """Keep a value that JSON can hold under a name."""
        self.execute("insert or replace into things values (?, ?)", name, json.dumps(value))

    def delete(self, name: str) -> None:
        """Forget what was put under a name."""
        self.execute("delete from things where name = ?", name)

    def end(self, *, keep: bool) -> None:
        """End the turn: keep what was written, or forget it; the handler can do no more.

        Raises:
            sqlite3.Error: it cannot be kept; it is forgotten then.

        """
        if not keep:
            self._connection.interrupt()  # a statement that runs in a handler that is given up
        with self._lock:
            self._ended = True
            try:
                if keep and self._connection.in_transaction:
                    self._connection.execute("commit")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")


class Store:
    """The file, opened.

    Attributes:
        path: the file, or None for one that is forgotten with the process.

    """

    def __init__(self, path: Path | None) -> None:
        """Open a store, and make it if there is none.

        Raises:
            EdgebertError: the file is no store, of a later version, or cannot be written.

        """
        self.path = path
        self._lock = threading.RLock()
        try:
            if path is not None:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path or ":memory:",
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise EdgebertError(
                f"store {path}: cannot be used ({error}); expected a file of the assistant's own, "
                "or a new one"
            ) from error

    def _prepare(self) -> None:
        run = self._connection.execute
        version = self._version()  # before anything is written into what may be somebody else's
        if version > VERSION:
            raise sqlite3.DatabaseError(f"written by a later edgebert, version {version}")
        run("pragma journal_mode = wal")
        run("pragma synchronous = full")
        run("pragma foreign_keys = on")
        run("begin immediate")
        if self._version() == 0:  # another process may have been faster
            for statement in _SCHEMA.split(";"):
                run(statement)
            run(f"pragma user_version = {VERSION}")
        run("commit")

    def _version(self) -> int:
        version: int = self._connection.execute("pragma user_version").fetchone()[0]
        (tables,) = self._connection.execute("select count(*) from sqlite_master").fetchone()
        if version == 0 and tables:
            raise sqlite3.DatabaseError("a database of something else")
        return version

    def begin(self, *, writes: bool = True) -> Memory:
        """Begin a turn; one that does not write keeps no other process waiting.

        Raises:
            sqlite3.Error: another process keeps the store to itself, or the disk fails.

        """
        with self._lock:
            self._connection.execute("begin immediate" if writes else "begin")
        return Memory(self._connection, self._lock)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def default_path() -> Path:
    """Return where the store is by default: the user's data folder, as XDG has it.

    A relative $XDG_DATA_HOME does not count
    (https://specifications.freedesktop.org/basedir-spec/latest/).
    """
    folder = Path(os.environ.get("XDG_DATA_HOME", ""))
    if not folder.is_absolute():
        folder = Path.home() / ".local" / "share"
    return folder / "edgebert" / "assistant.sqlite3"
