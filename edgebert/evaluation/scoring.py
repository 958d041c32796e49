"""Scores every row of a data file with a model, in one process or in several."""

import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import Any, Protocol

import numpy as np

from edgebert.errors import EdgebertError
from edgebert.evaluation.measure import Measure, Model, Score, Scores

CHUNK = 32  # rows that travel to a process together
CHUNKS_AHEAD = 4  # a process; bounds what is read of the file before it can be answered


class Candidate(Protocol):
    """A model to be evaluated. Candidates travel to other processes, so they can be pickled."""

    @property
    def engine(self) -> str:
        """What runs it."""
        ...

    @property
    def version(self) -> str:
        """The engine's version."""
        ...

    @property
    def backend(self) -> str:
        """The kind of artifact."""
        ...

    @property
    def mode(self) -> str:
        """Its precision mode."""
        ...

    def open(self) -> Model:
        """Open the model, on one thread.

        Raises:
            EdgebertError: it cannot be opened.

        """
        ...


class Worker:
    """Answers chunks of examples; opens the model at the first."""

    def __init__(self, candidate: Candidate, measure: Measure) -> None:
        """Remember what to open."""
        self._candidate = candidate
        self._measure = measure
        self._model: Model | None = None

    def score(self, examples: list[Any]) -> list[Score]:
        """Score examples, in order."""
        if self._model is None:
            self._model = self._candidate.open()
        return [self._measure.score(self._model, example) for example in examples]


def score_all(
    candidate: Candidate, measure: Measure, examples: Iterable[Any], processes: int
) -> Iterator[Score]:
    """Yield the score of each example, in order; the same whatever the number of processes.

    Args:
        candidate: the model.
        measure: how it is scored.
        examples: are read a little ahead of the scores.
        processes: how many work; with 1 it is this one, and no other is started.

    Raises:
        EdgebertError: the model cannot be opened or does not answer, or a process died.

    """
    chunks = _chunks(iter(examples))
    if processes == 1:
        worker = Worker(candidate, measure)
        for chunk in chunks:
            yield from worker.score(chunk)
        return
    # "spawn": engines hold threads, which a forked process would lack.
    executor = ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=_start, initargs=(candidate, measure)
    )
    waiting: deque[Future[list[Score]]] = deque()
    try:
        for chunk in chunks:
            waiting.append(executor.submit(_score, chunk))
            if len(waiting) > CHUNKS_AHEAD * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise EdgebertError(
            f"{candidate.backend} {candidate.mode}: a process ended before its rows were answered "
            "(out of memory?); use fewer processes, 1 starts none. In a script, call evaluate "
            'under if __name__ == "__main__"'
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)


def gather(measure: Measure, scores: Iterable[Score]) -> Scores:
    """Put the scores of all rows into columns."""
    values, answers, truncated = [], [], 0
    known: dict[str, str] = {}
    for score in scores:
        values.append(score.values)
        answers.append(known.setdefault(score.answer, score.answer))  # equal texts kept once
        truncated += score.truncated
    table = np.array(values, dtype=np.float64).reshape(-1, len(measure.columns))
    columns = dict(zip(measure.columns, table.T, strict=True))
    return Scores(columns, np.array(answers, dtype=object), truncated)


def _chunks(examples: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(examples, CHUNK)):
        yield chunk


_worker: Worker | None = None  # of a process that `score_all` started


def _start(candidate: Candidate, measure: Measure) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is for the process that waits for this one
    _worker = Worker(candidate, measure)


def _score(examples: list[Any]) -> list[Score]:
    assert _worker is not None
    return _worker.score(examples)
