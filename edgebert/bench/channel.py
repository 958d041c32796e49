"""The host's end of a worker process: gives it a plan, hears its messages, ends it."""

import contextlib
import subprocess
import threading
from collections import deque
from collections.abc import Iterator
from typing import IO

import msgspec

from edgebert.bench.protocol import AnyMessage, Finished, Plan, Problem
from edgebert.bench.targets.target import Target
from edgebert.errors import CheckFailedError, EdgebertError

KEPT_LINES = 20
LONGEST_LINE = 16 * 2**20
"""Bytes; a hundred thousand raw times take a few of these."""
PATIENCE_S = 10.0
"""How long a worker may take to end once its input is closed, before it is killed."""


class Channel:
    """Runs plans on one target, one worker process each. `stop` may come from another thread."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopped = False

    def run(self, plan: Plan) -> Iterator[AnyMessage]:
        """Run a plan and yield the worker's messages, without the last.

        Raises:
            EdgebertError: the worker gave up, ended early or could not be started.

        """
        process = self._start()
        errors: deque[str] = deque(maxlen=KEPT_LINES)
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        listener = threading.Thread(target=_keep_lines, args=(process.stderr, errors), daemon=True)
        listener.start()
        finished = False
        try:
            with contextlib.suppress(BrokenPipeError):  # it ended already: its status tells why
                process.stdin.write(msgspec.json.encode(plan) + b"\n")
                process.stdin.flush()
            for message in self._messages(process.stdout):
                if isinstance(message, Problem):
                    raise _error_of(message)
                if isinstance(message, Finished):
                    finished = True
                else:
                    yield message
        finally:
            self._end(process)
            listener.join()
            process.stdout.close()
            process.stderr.close()
        if not finished:
            raise EdgebertError(f"{self._target.name}: {self._reason(process.returncode, errors)}")

    def stop(self) -> None:
        """End the worker that runs now, and let no other start."""
        with self._lock:
            self._stopped = True
            process = self._process
        if process is not None:
            self._end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise EdgebertError(f"{self._target.name}: interrupted")
            try:
                # In a session of its own: ^C is for the host, which then ends the worker.
                self._process = subprocess.Popen(
                    self._target.worker_command(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
            except OSError as error:
                raise EdgebertError(
                    f"{self._target.name}: {error.filename} cannot be started ({error.strerror})"
                ) from error
            return self._process

    def _messages(self, source: IO[bytes]) -> Iterator[AnyMessage]:
        for line in _lines(source):
            try:
                yield msgspec.json.decode(line, type=AnyMessage)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                if not line.endswith(b"\n") and len(line) < LONGEST_LINE:
                    return  # cut off in the middle: the exit status tells why
                text = line.decode(errors="replace").strip()
                raise EdgebertError(
                    f"{self._target.name}: found {text[:80]!r} in place of a message; "
                    "a start-up file of the shell there may print it: have it print nothing"
                ) from error

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Close the worker's input, which ends it, and kill it if that does not."""
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _reason(self, status: int, errors: deque[str]) -> str:
        return "interrupted" if self._stopped else self._target.explain(status, tuple(errors))


def _lines(source: IO[bytes]) -> Iterator[bytes]:
    """Yield lines; one that is longer than any that a worker writes comes in pieces."""
    return iter(lambda: source.readline(LONGEST_LINE), b"")


def _keep_lines(source: IO[bytes], lines: deque[str]) -> None:
    for line in _lines(source):
        text = line.decode(errors="replace").strip()
        if text:
            lines.append(text)


def _error_of(problem: Problem) -> EdgebertError:
    failed = problem.status == CheckFailedError.exit_status
    return CheckFailedError(problem.line) if failed else EdgebertError(problem.line)
