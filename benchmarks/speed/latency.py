"""Times one inference of every artifact that artifacts.py has made, and of PyTorch, here.

    PYTHONPATH=tests:benchmarks:benchmarks/arm:benchmarks/quality \
        python benchmarks/speed/latency.py --model 6x384

Each has a process of its own, and all of a model are open at the same time: each round lets every
one run a few times, in an order drawn anew. So what drifts meanwhile hits all alike. Run it while
the machine does nothing else.
"""

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
from choices import chosen_models, parse
from ratios import summarised
from records import ARTIFACTS, LATENCY, Artifact, Latency, read, write
from timing_worker import PYTORCH, Opened, Work

from edgebert.bench.environment import read_conditions, read_machine
from edgebert.cli.progress import shown_progress
from edgebert.engines import engine_for
from edgebert.engines.inputs import INPUT_NAMES
from edgebert.progress import Progress

WORKER = Path(__file__).with_name("timing_worker.py")
THREADS = (1, 2)
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


def chosen_artifacts(
    model: str, peers: Sequence[str], tokens: int, pytorch: Sequence[str]
) -> list[Artifact]:
    """Return what is to be run of a model."""
    made = [
        artifact
        for artifact in read(Artifact, ARTIFACTS).values()
        if artifact.model == model
        and artifact.error is None
        and artifact.name in peers
        and tokens in artifact.takes
    ]
    return made + [
        Artifact(
            model=model,
            name=name,
            tool="transformers",
            settings=name.partition("-")[2],
            backend="",
            length=tokens,
            takes=(tokens,),
            inputs=INPUT_NAMES,
        )
        for name in pytorch
    ]


def main() -> int:
    """Time what the command line asks for; each set of a model, length and threads is written."""
    arguments = parse(
        __doc__,
        numbers={"rounds": 20},
        output=LATENCY,
        threads=THREADS,
        pytorch=PYTORCH,
    )
    with shown_progress(lines=10) as progress:
        for model in chosen_models(arguments):
            for tokens in arguments.tokens:
                for threads in arguments.threads:
                    records = measure(
                        chosen_artifacts(model, arguments.peer, tokens, arguments.pytorch),
                        folder=arguments.artifacts,
                        tokens=tokens,
                        threads=threads,
                        rounds=arguments.rounds,
                        progress=progress,
                    )
                    write(records, Latency, arguments.output)
                    for r in records:
                        found = r.error or f"{r.median:.2f} ms ({r.low:.2f} to {r.high:.2f})"
                        print(f"{r.model} {r.name}, {tokens} tokens, {threads} threads: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
