"""Records of benchmarks/speed: written, read again, merged, and what their rounds come to."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ratios import summarised
from records import Artifact, Latency, read, write

TIMES = st.floats(min_value=1e-3, max_value=1e4)
ROUNDS = st.integers(1, 12).flatmap(lambda n: st.lists(TIMES, min_size=n, max_size=n))


def _artifact(name: str, **changes: object) -> Artifact:
    record = Artifact(
        model="bert-6x384",
        name=name,
        tool="a tool",
        settings="static",
        backend="onnx",
        length=16,
        takes=(16,),
        bytes=7,
    )
    return msgspec.structs.replace(record, **changes)


def _latency(name: str, rounds: list[float], **changes: object) -> Latency:
    record = Latency(
        model="bert-6x384",
        name=name,
        tokens=16,
        threads=1,
        engine="onnxruntime",
        rounds=tuple(rounds),
    )
    return msgspec.structs.replace(record, **changes)


def test_writing_replaces_what_has_the_same_key_and_keeps_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "artifacts.jsonl"
    write([_artifact("b"), _artifact("a")], Artifact, file)
    write([_artifact("b", bytes=None, error="it broke")], Artifact, file)
    found = list(read(Artifact, file).values())
    assert found == [_artifact("a"), _artifact("b", bytes=None, error="it broke")]
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_there_are_no_records_where_there_is_no_file(tmp_path: Path) -> None:
    assert read(Latency, tmp_path / "latency.jsonl") == {}


@given(ROUNDS, st.floats(0.01, 100))
def test_a_ratio_is_that_of_every_round(rounds: list[float], factor: float) -> None:
    own = _latency("edgebert-onnx-static", rounds)
    other = _latency("other", [factor * time for time in rounds])
    first, second = summarised([own, other])
    assert first.ratio == ()
    assert second.ratio == pytest.approx((factor, factor, factor))


@given(ROUNDS)
def test_a_median_lies_in_its_interval(rounds: list[float]) -> None:
    [found] = summarised([_latency("other", rounds)])
    assert min(rounds) <= found.low <= found.median <= found.high <= max(rounds)
    assert found.ratio == ()


def test_an_error_stays_and_gives_no_figures() -> None:
    own = _latency("edgebert-onnx-static", [], error="it broke")
    other = _latency("other", [2.0])
    assert summarised([own, other])[0] == own
    assert summarised([own, other])[1].ratio == ()


def test_a_ratio_is_to_the_artifact_of_the_same_engine() -> None:
    records = [
        _latency("edgebert-onnx-static", [2.0]),
        _latency("edgebert-litert-static", [1.0], engine="litert"),
        _latency("other", [4.0], engine="litert"),
    ]
    assert summarised(records)[2].ratio == (4.0, 4.0, 4.0)
