"""Runs one artifact, or the module in PyTorch, and tells how long: for latency.py, as a process.

Its argument is a JSON of `Work`. When the model is open it prints a line with the engine's version,
or with what went wrong. Then it reads lines: for each it warms up, runs as often as the line says,
and prints a JSON list of milliseconds. It ends when its input does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
from records import Artifact

from edgebert.bench.protocol import Method
from edgebert.bench.turns import milliseconds, settle
from edgebert.engines.packages import first_line

EAGER, COMPILED = "transformers-eager", "transformers-compile"
PYTORCH = (EAGER, COMPILED)
# Caches, and threads of the one before that still wait for work, have come to rest by then.
METHOD = Method(warm_ups=2, settle_ms=100)


class Work(msgspec.Struct, frozen=True):
    """What is to be run.

    Attributes:
        artifact: which one; for PyTorch its model and inputs only.
        folder: of all artifacts.
        tokens: of the input.
        threads: for the engine.

    """

    artifact: Artifact
    folder: str
    tokens: int
    threads: int


class Opened(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the process says first: its engine's version, or the line of an error."""

    version: str = ""
    error: str | None = None


def open_run(work: Work) -> tuple[Callable[[], object], str]:
    """Return what runs the model once, and the version of its engine."""
    if work.artifact.name in PYTORCH:
        return _open_pytorch(work)
    from running import open_session, random_inputs

    from edgebert.engines import engine_for

    session = open_session(work.artifact, Path(work.folder), work.threads)
    inputs = random_inputs(work.artifact, work.tokens)
    return lambda: session.run(inputs), engine_for(work.artifact.backend).version() or ""


def _open_pytorch(work: Work) -> tuple[Callable[[], object], str]:
    import torch
    from running import random_inputs
    from transformers import AutoModelForSequenceClassification

    torch.set_num_threads(work.threads)
    torch.set_grad_enabled(False)
    checkpoint = Path(work.folder) / "checkpoints" / work.artifact.model
    model = AutoModelForSequenceClassification.from_pretrained(checkpoint).eval()
    inputs = {
        name: torch.from_numpy(array).long()
        for name, array in random_inputs(work.artifact, work.tokens).items()
    }
    chosen = torch.compile(model) if work.artifact.name == COMPILED else model
    # A plain string: torch's own is of a class that JSON does not know.
    return lambda: chosen(**inputs), str(torch.__version__)


def main() -> None:
    """Open, tell, run."""
    work = msgspec.json.decode(sys.argv[1], type=Work)
    # Native libraries print to descriptor 1.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    try:
        run, version = open_run(work)
        run()
    except Exception as error:  # runtimes raise whatever they come upon
        answers.write(msgspec.json.encode(Opened(error=first_line(error))) + b"\n")
        return
    answers.write(msgspec.json.encode(Opened(version)) + b"\n")
    for line in sys.stdin:
        settle(run, METHOD)
        times = [milliseconds(run) for _ in range(int(line))]
        answers.write(msgspec.json.encode(times) + b"\n")
    answers.flush()
    os._exit(0)  # threads of an engine may not end by themselves


if __name__ == "__main__":
    main()
