"""The text files of a folder: which are read, which are left out and why."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from edgebert.errors import EdgebertError

MARKDOWN = (".md", ".markdown")
PLAIN = (".txt", ".text")
LONGEST_FILE = 5_000_000  # bytes; the complete works of Shakespeare have about as many


@dataclass(frozen=True)
class Source:
    """A text file as it was read.

    Attributes:
        path: below the folder, with forward slashes.
        sha256: of its bytes.
        text: without a byte order mark, its lines ended by line feeds.

    """

    path: str
    sha256: str
    text: str

    @property
    def is_markdown(self) -> bool:
        """Whether its name says so."""
        return is_markdown(self.path)


@dataclass(frozen=True)
class Skipped:
    """What is left out.

    Attributes:
        path: below the folder.
        why: in words that fit behind the path and a colon.

    """

    path: str
    why: str


def is_markdown(path: str) -> bool:
    """Tell by a file's name whether it is Markdown."""
    return path.lower().endswith(MARKDOWN)


def read_sources(folder: Path) -> Iterator[Source | Skipped]:
    """Read the text files below a folder, in the order of their names, one at a time.

    Names that begin with a dot and other kinds of files are passed over in silence. Links are not
    followed: what they lead to inside of the folder is read there.

    Raises:
        EdgebertError: there is no such folder, or it cannot be listed.

    """
    if not folder.is_dir():
        problem = "is not a folder" if folder.exists() else "no such folder"
        raise EdgebertError(f"{folder}: {problem}; expected one with .md or .txt files")
    yield from _below(folder, folder)


def read_source(path: Path, name: str) -> Source | Skipped:
    """Read one file.

    Args:
        path: where it lies; a link is not followed.
        name: what it is called in the index.

    """
    try:
        content = _content(path)
    except OSError as error:
        return Skipped(name, f"cannot be read ({error.strerror or error})")
    if content is None:
        return Skipped(name, "is not a plain file")
    if len(content) > LONGEST_FILE:
        return Skipped(name, f"is longer than {LONGEST_FILE / 1e6:g} MB; split it")
    nul = content.find(b"\0")
    if nul >= 0:
        return Skipped(name, f"is binary or UTF-16 (a NUL byte at {nul})")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        found = f"byte 0x{content[error.start]:02x} in line {line} at column {column}"
        return Skipped(name, f"is not UTF-8 ({found}); save it as UTF-8")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Source(name, hashlib.sha256(content).hexdigest(), text)


def _below(folder: Path, root: Path) -> Iterator[Source | Skipped]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        if folder == root:
            raise EdgebertError(f"{folder}: cannot be listed ({error.strerror})") from error
        name = _shown(folder, root)
        yield Skipped(name, f"cannot be listed ({error.strerror})")
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            yield from _link(path, root)
        elif entry.is_dir(follow_symlinks=False):
            yield from _below(path, root)
        elif _is_text(entry.name):
            name = _shown(path, root)
            if name == path.relative_to(root).as_posix():
                yield read_source(path, name)
            else:
                yield Skipped(name, "has a name that is not UTF-8; rename it")


def _link(path: Path, root: Path) -> Iterator[Skipped]:
    """Say of a link that leads to text elsewhere, or nowhere, that it is not followed."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        if _is_text(path.name):
            yield Skipped(_shown(path, root), "is a link to nothing")
        return
    if not target.is_relative_to(root.resolve()) and (target.is_dir() or _is_text(path.name)):
        yield Skipped(_shown(path, root), "is a link out of the folder, which is not followed")


def _is_text(name: str) -> bool:
    return name.lower().endswith((*MARKDOWN, *PLAIN))


def _shown(path: Path, root: Path) -> str:
    """Return a path below the folder as text; bytes of a name that are not UTF-8 are escaped."""
    name = path.relative_to(root).as_posix()
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")


def _content(path: Path) -> bytes | None:
    """Return up to one byte more than is allowed, or None of what is no plain file."""
    # A named pipe would keep the one who opens it waiting; a link may have come in between.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(LONGEST_FILE + 1)
