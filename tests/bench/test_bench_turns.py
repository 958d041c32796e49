"""Turns: who is called when, and what counts."""

from collections import Counter
from time import perf_counter, sleep

from hypothesis import given
from hypothesis import strategies as st

from edgebert.bench.protocol import Method
from edgebert.bench.turns import measure_in_turns, settle


@given(
    iterations=st.integers(1, 12),
    warm_ups=st.integers(0, 3),
    turn=st.integers(1, 6),
    names=st.sets(st.sampled_from("abcd"), min_size=1),
)
def test_every_function_has_its_calls_in_rounds(iterations, warm_ups, turn, names):
    calls = []
    steps = []
    method = Method(iterations=iterations, warm_ups=warm_ups, turn=turn, settle_ms=0.0)
    times = measure_in_turns(
        {name: lambda name=name: calls.append(name) for name in names},
        method,
        progress=lambda done, total: steps.append((done, total)),
    )
    rounds = -(-iterations // turn)
    assert {name: len(taken) for name, taken in times.items()} == dict.fromkeys(names, iterations)
    assert Counter(calls) == dict.fromkeys(names, iterations + rounds * warm_ups)
    first_round = calls[: len(names) * (warm_ups + min(turn, iterations))]
    assert set(first_round) == names
    assert steps == [(n, rounds * len(names)) for n in range(1, rounds * len(names) + 1)]


def test_rounds_have_other_orders_and_repeat_with_their_seed():
    def order(seed):
        calls = []
        runs = {name: lambda name=name: calls.append(name) for name in "abcdef"}
        method = Method(iterations=4, warm_ups=0, turn=1, settle_ms=0.0)
        measure_in_turns(runs, method, seed=seed)
        return calls

    rounds = [tuple(order(1)[n : n + 6]) for n in range(0, 24, 6)]
    assert len(set(rounds)) > 1
    assert order(1) == order(1) != order(2)


def test_a_turn_begins_when_the_one_before_has_come_to_rest():
    calls = []
    begin = perf_counter()
    settle(lambda: (calls.append(None), sleep(0.002)), Method(warm_ups=1, settle_ms=30.0))
    assert perf_counter() - begin >= 0.030
    assert len(calls) > 1


def test_times_are_milliseconds():
    times = measure_in_turns(
        {"nap": lambda: sleep(0.005)}, Method(iterations=2, warm_ups=0, turn=2, settle_ms=0.0)
    )
    assert all(5 <= taken < 5000 for taken in times["nap"])
