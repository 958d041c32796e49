"""A worker that has the Android app measure: `python -m edgebert.bench.app_worker SERIAL`.

It runs on the host and says what a worker on the device would say. Each plan is a job of the app,
given to it by an intent; ErrandRunner.kt in android_demo is the other end.
"""

import re
import secrets
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from edgebert.bench.protocol import (
    AnyMessage,
    Failure,
    Latency,
    Memory,
    Plan,
    Proof,
    Stage,
    Step,
    Survey,
    Variant,
)
from edgebert.bench.stages import Send
from edgebert.bench.targets.adb_connection import AdbConnection
from edgebert.bench.targets.app_files import PACKAGE, RESULTS
from edgebert.bench.worker import serve
from edgebert.errors import EdgebertError

ACTIVITY = f"{PACKAGE}/.benchmark.ErrandActivity"
POLL_S = 0.5
START_S = 10.0
"""How long the app may take to be seen running."""

_TASKS: dict[Stage, str] = {"survey": "survey", "proof": "prove"}
# am's status tells nothing before Android 12.
_REFUSAL = re.compile(r"^(Error|Exception|Security exception|java\.)|not found$")


class Job(msgspec.Struct, frozen=True):
    """A job, as MeasureJob.kt reads it; `bundle` is its name in the app."""

    task: str
    repeat: int
    bundle: str
    run: str
    target: str
    variants: tuple[Variant, ...]
    iterations: int
    warm_ups: int
    turn: int
    settle_ms: float


class Result(msgspec.Struct, frozen=True):
    """What the app found: why it could not, or lines of messages and records."""

    problem: str | None
    lines: tuple[str, ...]
    proved: tuple[Variant, ...]


def job_of(plan: Plan) -> Job:
    """Return the job that a plan is for the app, which makes the texts itself."""
    return Job(
        task=_TASKS.get(plan.stage, plan.stage),
        repeat=plan.repeat,
        bundle=plan.bundle,
        run=plan.run,
        target=plan.target,
        variants=plan.variants,
        iterations=plan.method.iterations,
        warm_ups=plan.method.warm_ups,
        turn=plan.method.turn,
        settle_ms=plan.method.settle_ms,
    )


def perform(connection: AdbConnection, plan: Plan, send: Send) -> None:
    """Have the app carry out a plan.

    Args:
        connection: to the device.
        plan: what to do.
        send: takes each message.

    Raises:
        EdgebertError: the app does not start, ends early, cannot do it or says something else than
            expected; or the connection is lost.

    """
    name = secrets.token_hex(8)
    job = shlex.quote(msgspec.json.encode(job_of(plan)).decode())
    said = connection.run(f"am start -n {ACTIVITY} --es name {name} --es job {job} 2>&1 || true")
    refusals = [line for line in said.splitlines() if _REFUSAL.search(line)]
    if refusals:
        raise EdgebertError(
            f"{connection.name}: the app does not start ({refusals[-1]}); install today's, as "
            "android_demo/README.md says"
        )
    _await_result(connection, name, send)
    result = _fetch(connection, name)
    if result.problem is not None:
        raise EdgebertError(f"{connection.name}: the app says: {result.problem}")
    for message in messages_of(plan, result):
        send(message)


def messages_of(plan: Plan, result: Result) -> Iterator[AnyMessage]:
    """Translate what the app found into what a worker says.

    Raises:
        EdgebertError: it is of another bundle, or no such thing.

    """
    try:
        if plan.stage == "survey":
            yield msgspec.json.decode(result.lines[0], type=Survey)
        elif plan.stage == "proof":
            yield from _proofs(plan, [msgspec.json.decode(x, type=Failure) for x in result.lines])
        else:
            for line in result.lines:
                record = msgspec.json.decode(line, type=Latency | Memory)
                if record.origin.bundle != plan.digest:
                    raise EdgebertError(
                        f"{plan.target}: the app measured another bundle than {plan.bundle} here; "
                        "run the same command again"
                    )
                yield record
    except (msgspec.MsgspecError, IndexError) as error:
        raise EdgebertError(
            f"{plan.target}: the app's results are none that this edgebert reads ({error}); "
            "take both from one checkout"
        ) from error


def _proofs(plan: Plan, failures: list[Failure]) -> Iterator[AnyMessage]:
    reasons = {(f.engine, f.mode, f.threads): f.reason for f in failures}
    cases = dict.fromkeys((v.engine, v.mode, v.threads) for v in plan.variants)
    for case in cases:
        yield Proof(*case, reasons.get(case))


def _await_result(connection: AdbConnection, name: str, send: Send) -> None:
    """Wait until the app has written its result; meanwhile pass its progress on."""
    path = f"{RESULTS}/{name}"
    look = (
        f"if test -f {path}.json; then echo done; else cat {path}.progress 2>/dev/null; echo; "
        f"pidof {PACKAGE} || echo gone; fi"
    )
    seen, begin, last = False, time.monotonic(), ""
    while True:
        first, *rest = connection.run(look).split("\n")
        if first == "done":
            return
        running = "gone" not in rest
        if not running and (seen or time.monotonic() - begin > START_S):
            raise EdgebertError(
                f"{connection.name}: the app ended before its job (was it closed, or memory "
                "short?); run the same command again to go on"
            )
        seen = seen or running
        done, _, total = first.partition(" ")
        if first != last and done.isdecimal() and total.isdecimal():
            send(Step(int(done), int(total)))
        last = first
        time.sleep(POLL_S)


def _fetch(connection: AdbConnection, name: str) -> Result:
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "result.json")
        connection.pull(f"{RESULTS}/{name}.json", file)
        try:
            return msgspec.json.decode(file.read_bytes(), type=Result)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise EdgebertError(
                f"{connection.name}: the app's result cannot be read ({error}); "
                "take app and edgebert from one checkout"
            ) from error


def main() -> None:
    """Pass plans on to the app of the device that the argument names."""
    serve(partial(perform, AdbConnection(sys.argv[1])))


if __name__ == "__main__":
    main()
