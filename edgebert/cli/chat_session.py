"""Turn by turn: reads texts, prints answers, and announces what is due while it waits."""

import sqlite3
import sys
import threading
from collections.abc import Iterator

from edgebert.assistant import Answer, Assistant
from edgebert.cli.output import print_json
from edgebert.errors import EdgebertError
from edgebert.printable import printable

PROMPT = "> "
POLL_SECONDS = 0.5  # between looks for what is due
LONGEST_LINE = 1 << 22  # bytes; the rest of a longer one is dropped unread


def talk(assistant: Assistant, *, as_json: bool) -> None:
    """Answer texts until the input ends.

    Args:
        assistant: who answers.
        as_json: whether answers and announcements are JSON objects, one a line.

    """
    if sys.stdin is None:
        raise EdgebertError("standard input: is closed; give texts there, one a line")
    in_terminal = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    texts = _typed() if in_terminal else _lines()
    session = _Session(assistant, as_json=as_json, in_terminal=in_terminal)
    session.watch()
    try:
        for text in texts:
            session.turn(text)
    finally:
        session.stop()


class _Session:
    """What is printed, by one thread at a time: the one that answers and the one that watches."""

    def __init__(self, assistant: Assistant, *, as_json: bool, in_terminal: bool) -> None:
        self._assistant = assistant
        self._as_json = as_json
        self._in_terminal = in_terminal
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True, name="edgebert-due")
        self._complaint = ""

    def turn(self, text: str) -> None:
        """Print what is due, then the answer to a text."""
        self._announce()
        answer = self._assistant.respond(text)
        with self._lock:
            self._print_answer(text, answer)
            sys.stdout.flush()

    def watch(self) -> None:
        """Begin to announce what is due; say how the terminal is used."""
        if self._in_terminal:
            print("Say what you want; help tells what I can do, ^D ends.")
        self._announce()
        self._watcher.start()

    def stop(self) -> None:
        """End the announcements."""
        self._ended.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            self._announce(waiting=True)

    def _announce(self, *, waiting: bool = False) -> None:
        """Print what is due, then note that it was: it may be announced twice, but not never."""
        with self._lock:
            try:
                due = self._assistant.due()
                for found in due:
                    if self._as_json:
                        print_json(
                            {"announcement": found.text, "at": found.at.isoformat()}, indent=None
                        )
                    else:
                        begin = "\n" if waiting and self._in_terminal else ""
                        print(f"{begin}! {_line(found.text)}")
                if due:
                    if waiting and self._in_terminal:
                        print(PROMPT, end="")
                    sys.stdout.flush()
                    self._assistant.acknowledge(due)
            except (sqlite3.Error, OSError) as error:
                self._complain(f"what is due: {error}")

    def _print_answer(self, text: str, answer: Answer) -> None:
        if self._as_json:
            print_json({"text": text, **answer.to_json()}, indent=None)
            return
        if self._in_terminal:
            for line in answer.text.split("\n"):
                print(printable(line))
        else:
            print(_line(answer.text))
        if answer.problem:
            print(f"problem: {printable(answer.problem)}", file=sys.stderr)

    def _complain(self, complaint: str) -> None:
        if complaint != self._complaint:
            self._complaint = complaint
            print(f"problem: {printable(complaint)}", file=sys.stderr)


def _line(text: str) -> str:
    """Write a text on one line, safe to print."""
    return printable(" ".join(text.split("\n")))


def _typed() -> Iterator[str]:
    """Yield what is typed into the terminal, until ^D."""
    import contextlib

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 (input() edits with it where it is loaded)
    while True:
        try:
            yield input(PROMPT)
        except EOFError:
            print()
            return
        except UnicodeDecodeError:
            yield ""
        except KeyboardInterrupt:
            print()
            raise


def _lines() -> Iterator[str]:
    """Yield the lines of standard input; bytes that are not UTF-8 become U+FFFD."""
    stdin = sys.stdin.buffer
    while line := stdin.readline(LONGEST_LINE):
        whole = line
        while not whole.endswith(b"\n") and len(whole) == LONGEST_LINE:
            whole = stdin.readline(LONGEST_LINE)
        yield line.decode("utf-8", errors="replace").lstrip("\ufeff").rstrip("\r\n")
