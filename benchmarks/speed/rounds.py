"""Timing models in turns: each in a process of its own, all of them open at the same time."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import msgspec
from ratios import summarised
from records import Artifact, Latency
from timing_worker import PYTORCH, Opened, Work

from edgebert.bench.environment import read_conditions, read_machine
from edgebert.engines import engine_for
from edgebert.progress import Progress

WORKER = Path(__file__).with_name("timing_worker.py")
SEED = 0
RUNS = 5


class Runner:
    """A process that has a model open."""

    def __init__(self, work: Work) -> None:
        """Start it; `opened` waits until the model is open."""
        command = [sys.executable, str(WORKER), msgspec.json.encode(work).decode()]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self._input, self._output = self._process.stdin, self._process.stdout

    def opened(self) -> Opened:
        """Return what the process says first."""
        line = self._line()
        return msgspec.json.decode(line, type=Opened) if line else Opened(error=self._end())

    def times(self, runs: int) -> list[float] | None:
        """Let it run; return milliseconds of each, or None where the process has ended."""
        assert self._input is not None
        try:
            self._input.write(f"{runs}\n".encode())
            self._input.flush()
        except BrokenPipeError:
            return None
        line = self._line()
        return msgspec.json.decode(line, type=list[float]) if line else None

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def _line(self) -> bytes:
        assert self._output is not None
        return self._output.readline()

    def _end(self) -> str:
        return f"ended with status {self._process.wait()}"


def measure(
    artifacts: Sequence[Artifact],
    *,
    folder: Path,
    tokens: int,
    threads: int,
    rounds: int,
    progress: Progress,
) -> list[Latency]:
    """Time artifacts of one model in turns.

    Args:
        artifacts: those that are to be run; by names of `timing_worker.PYTORCH` also the module.
        folder: of all artifacts.
        tokens: of the inputs.
        threads: for the engines.
        rounds: how many.
        progress: told the rounds.

    Returns:
        A record of each, in their order.

    """
    cpu, load = read_machine().cpu.model or "", read_conditions().load
    with ExitStack() as stack:
        runners: dict[str, Runner] = {}
        opened: dict[str, Opened] = {}
        for number, artifact in enumerate(artifacts):
            progress(f"opening {artifact.model}, {tokens} tokens", number, len(artifacts))
            runner = Runner(Work(artifact, str(folder), tokens, threads))
            stack.callback(runner.close)
            opened[artifact.name] = runner.opened()  # one after the other: opening takes memory
            if opened[artifact.name].error is None:
                runners[artifact.name] = runner
        times = take_turns(runners, rounds, progress)
    records = [
        Latency(
            model=artifact.model,
            name=artifact.name,
            tokens=tokens,
            threads=threads,
            engine="pytorch" if artifact.name in PYTORCH else engine_for(artifact.backend).name,
            version=opened[artifact.name].version,
            cpu=cpu,
            load=load,
            rounds=tuple(times.get(artifact.name, ())),
            error=opened[artifact.name].error
            or (None if artifact.name in times else "its process ended while it ran"),
        )
        for artifact in artifacts
    ]
    return summarised(records)


def take_turns(
    runners: Mapping[str, Runner], rounds: int, progress: Progress
) -> dict[str, list[float]]:
    """Return the median of each round, of those that did not end before the last one."""
    times: dict[str, list[float]] = {name: [] for name in runners}
    shuffler = random.Random(SEED)
    for done in range(rounds):
        progress("rounds", done, rounds)
        order = list(times)
        shuffler.shuffle(order)
        for name in order:
            found = runners[name].times(RUNS)
            if found is None:
                del times[name]
            else:
                times[name].append(round(median(found), 4))
    return times
