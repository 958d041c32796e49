"""Lines of a UTF-8 file, one at a time, so that no file is too large or too strange to refuse."""

from collections.abc import Iterator
from pathlib import Path

from edgebert.errors import EdgebertError

# A line this long is a file without line ends (a dump, a blob), not a text anybody classifies.
MAX_LINE_BYTES = 1_000_000


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line with its line end) of a UTF-8 file.

    A byte order mark is dropped and CRLF becomes LF. At most one line is in memory.

    Raises:
        EdgebertError: no such file, a folder, not readable, a NUL byte, not UTF-8, or a line of
            `MAX_LINE_BYTES` or more.

    """
    if path.is_dir():
        raise EdgebertError(
            f"{path}: is a folder, expected a text file such as .jsonl, .csv or .txt"
        )
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES):
                number += 1
                yield number, _decode(path, number, line)
    except FileNotFoundError:
        raise EdgebertError(
            f"{path}: no such file, expected a text file such as .jsonl, .csv or .txt"
        ) from None
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be read ({error.strerror or error})") from None
    except ValueError as error:  # a NUL in the name, which a recipe's string can hold
        raise EdgebertError(f"{path}: cannot be read ({error})") from None


def _decode(path: Path, number: int, line: bytes) -> str:
    if b"\0" in line:
        raise EdgebertError(
            f"{path}: line {number} holds a NUL byte, so this is a binary or UTF-16 file; "
            "expected text in UTF-8"
        )
    if len(line) >= MAX_LINE_BYTES and not line.endswith(b"\n"):
        raise EdgebertError(
            f"{path}: line {number} has {MAX_LINE_BYTES:,} bytes or more, expected a text a line; "
            "split it into lines"
        )
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise EdgebertError(
            f"{path}: line {number} is not UTF-8 (byte 0x{line[error.start]:02x} at column "
            f"{error.start + 1}), expected text in UTF-8; convert the file first"
        ) from None
    return text.removesuffix("\r\n") + "\n" if text.endswith("\r\n") else text
