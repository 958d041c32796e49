"""The program on the device: `python -m edgebert.bench.worker`, see `protocol`."""

import os
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from edgebert.bench.protocol import SCHEMA, AnyMessage, Finished, Plan, Problem
from edgebert.bench.stages import Send, perform
from edgebert.descriptors import STDERR, STDOUT
from edgebert.engines.packages import first_line
from edgebert.errors import EdgebertError

HOST_GONE = 3


class _Versioned(msgspec.Struct):
    schema: int


def serve(carry_out: Callable[[Plan, Send], None]) -> None:
    """Read a plan from standard input, carry it out, write messages to standard output.

    Args:
        carry_out: takes the plan, and what is to be called with each message.
    """
    # Native libraries print to descriptor 1, where only messages may go.
    with os.fdopen(os.dup(STDOUT), "wb", buffering=0) as messages:
        os.dup2(STDERR, STDOUT)

        def send(message: AnyMessage) -> None:
            messages.write(msgspec.json.encode(message) + b"\n")

        try:
            plan = _read_plan(sys.stdin.buffer)
            threading.Thread(target=_stop_with_host, args=(sys.stdin.buffer,), daemon=True).start()
            carry_out(plan, send)
            send(Finished())
        except BrokenPipeError:
            os._exit(HOST_GONE)
        except EdgebertError as error:
            send(Problem(str(error), error.exit_status))
        except (OSError, MemoryError) as error:
            send(Problem(first_line(error), EdgebertError.exit_status))
    # The thread still waits for input: leaving the usual way would wait for its lock.
    os._exit(0)


def _read_plan(source: BinaryIO) -> Plan:
    line = source.readline()
    try:
        schema = msgspec.json.decode(line, type=_Versioned).schema
        if schema != SCHEMA:
            raise EdgebertError(
                f"worker: found a plan of schema {schema}, expected {SCHEMA}; "
                "install the same edgebert on both machines"
            )
        return msgspec.json.decode(line, type=Plan)
    except msgspec.MsgspecError as error:
        raise EdgebertError(f"worker: expected a plan on standard input ({error})") from error


def _stop_with_host(source: BinaryIO) -> None:
    """End this process when its input ends: nobody would read its results."""
    while source.read(1):
        pass
    os._exit(HOST_GONE)


def main() -> None:
    """Measure on this machine."""
    serve(perform)


if __name__ == "__main__":
    main()
