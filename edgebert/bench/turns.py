"""Timing several things in turns, so that what drifts meanwhile (clock, heat) hits all alike."""

import random
from collections.abc import Callable, Mapping
from time import perf_counter_ns
from typing import TypeVar

from edgebert.bench.protocol import Method

Key = TypeVar("Key")
NS_PER_MS = 1e6


def measure_in_turns(
    runs: Mapping[Key, Callable[[], object]],
    method: Method,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[Key, list[float]]:
    """Time each of several functions, a few calls a turn; each round takes another order.

    Args:
        runs: the functions.
        method: how many calls count and what precedes them.
        seed: of the rounds' orders.
        progress: called with (turns done, turns in all).

    Returns:
        Milliseconds of each call that counts, in their order: the n-th values of any two functions
        belong to one round.
    """
    times: dict[Key, list[float]] = {key: [] for key in runs}
    order = list(runs)
    shuffler = random.Random(seed)
    starts = range(0, method.iterations, method.turn)
    done = 0
    for start in starts:
        shuffler.shuffle(order)
        for key in order:
            run = runs[key]
            settle(run, method)
            for _ in range(min(method.turn, method.iterations - start)):
                times[key].append(milliseconds(run))
            done += 1
            if progress is not None:
                progress(done, len(starts) * len(order))
    return times


def settle(run: Callable[[], object], method: Method) -> None:
    """Call a function until it has warmed up and whatever ran before has come to rest."""
    begin = perf_counter_ns()
    calls = 0
    while calls < method.warm_ups or perf_counter_ns() - begin < method.settle_ms * NS_PER_MS:
        run()
        calls += 1


def milliseconds(run: Callable[[], object]) -> float:
    """Time one call, in milliseconds."""
    begin = perf_counter_ns()
    run()
    return (perf_counter_ns() - begin) / NS_PER_MS
