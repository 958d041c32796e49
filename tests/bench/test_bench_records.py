"""The file of records: what goes in comes out, half lines go, unlike runs are refused."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgebert.bench.environment import Conditions, Machine
from edgebert.bench.protocol import (
    SCHEMA,
    Failure,
    Latency,
    Memory,
    Method,
    Origin,
    Sample,
    Survey,
    Variant,
)
from edgebert.bench.records import RecordFile, check_alike
from edgebert.bench.results import results_of
from edgebert.doctor import Cpu
from edgebert.errors import EdgebertError

CPU = Cpu("4 x Cortex-A76", "Raspberry Pi 5", 4, 4, {"asimddp": True, "i8mm": False})
MACHINE = Machine(CPU, "aarch64", "Linux 6.6", "3.11.2")
ORIGIN = Origin(
    SCHEMA, "run", "2025-01-01T00:00:00+00:00", "pi", "ab", "0.1", "2.3", MACHINE, Method()
)
SURVEY = Survey("0.1", MACHINE, {"litert": "2.3"})
CONDITIONS = Conditions("2025-01-01T00:00:00+00:00", 0.1, ("ondemand",), (2400,), {"cpu": 51.5})
SAMPLE = Sample(16, "Grüße, 世界", None, (), (5,))

times = st.lists(st.floats(0.001, 1e5), min_size=1, max_size=5).map(tuple)
latencies = st.builds(
    Latency,
    origin=st.just(ORIGIN),
    sample=st.builds(Sample),
    model_ms=times,
    app_ms=times,
    load_ms=st.floats(0, 1e5),
    first_ms=st.floats(0, 1e5),
    before=st.just(CONDITIONS),
    after=st.just(CONDITIONS),
)
records = (
    latencies
    | st.builds(Memory, origin=st.just(ORIGIN))
    | st.builds(Failure, origin=st.just(ORIGIN))
)


def latency(mode="static", repeat=1, model=(1.0, 2.0), **origin):
    return Latency(
        origin=msgspec.structs.replace(ORIGIN, **origin),
        variant=Variant("litert", mode, 16, None),
        repeat=repeat,
        sample=SAMPLE,
        load_ms=5.0,
        first_ms=3.0,
        model_ms=model,
        app_ms=model,
        before=CONDITIONS,
        after=CONDITIONS,
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(records, max_size=4))
def test_what_goes_in_comes_out(tmp_path, written):
    path = tmp_path / "results.jsonl"
    path.unlink(missing_ok=True)
    file = RecordFile(path)
    for record in written:
        file.append(record)
    assert file.records("pi", "ab") == written
    assert RecordFile(path).records("pi", "ab") == written
    assert RecordFile(path).records("pi", "other") == RecordFile(path).records("phone", "ab") == []


def test_half_a_line_at_the_end_is_dropped(tmp_path):
    path = tmp_path / "results.jsonl"
    file = RecordFile(path)
    file.append(latency())
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    file = RecordFile(path)
    file.append(latency(repeat=2))
    assert [record.repeat for record in RecordFile(path).records("pi", "ab")] == [1, 2]


def test_no_file_is_made_before_there_is_a_record(tmp_path):
    RecordFile(tmp_path / "results.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", ["{}\n", "hello\n", "[1]\n", '{"kind":"latency","origin":{"schema":1}}\n']
)
def test_a_file_of_something_else_is_left_alone(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_text(content)
    with pytest.raises(EdgebertError, match=r"notes.txt: line 1 .*--output") as raised:
        RecordFile(path)
    assert "\n" not in str(raised.value)
    assert path.read_text() == content


def test_records_of_another_version(tmp_path):
    path = tmp_path / "results.jsonl"
    RecordFile(path).append(latency(schema=SCHEMA + 1))
    with pytest.raises(EdgebertError, match=f"line 1 has schema {SCHEMA + 1}, expected {SCHEMA}"):
        RecordFile(path)


def test_a_folder_that_there_is_not(tmp_path):
    with pytest.raises(EdgebertError, match="there is no folder"):
        RecordFile(tmp_path / "nowhere" / "results.jsonl")


def test_a_path_that_is_a_folder(tmp_path):
    with pytest.raises(EdgebertError, match="cannot be written"):
        RecordFile(tmp_path)


OTHER_CPU = msgspec.structs.replace(
    MACHINE, cpu=msgspec.structs.replace(CPU, model="4 x Cortex-A72")
)


@pytest.mark.parametrize(
    ("origin", "named"),
    [
        ({"engine_version": "2.2"}, "litert 2.2, now it is 2.3"),
        ({"edgebert": "0.0"}, "edgebert 0.0, now it is 0.1"),
        ({"machine": OTHER_CPU}, "CPU 4 x Cortex-A72, now it is 4 x Cortex-A76"),
        ({"method": Method(iterations=5)}, "iterations 5, now it is 20"),
    ],
)
def test_unlike_measurements_are_refused(tmp_path, origin, named):
    with pytest.raises(EdgebertError, match=named):
        check_alike(tmp_path / "x.jsonl", [latency(), latency(**origin)], SURVEY, Method())


def test_another_text_is_refused(tmp_path):
    other = msgspec.structs.replace(SAMPLE, text="another")
    longer = msgspec.structs.replace(other, bucket=128)
    with pytest.raises(EdgebertError, match="on pi with another text of 16 tokens"):
        check_alike(tmp_path / "x.jsonl", [latency()], SURVEY, Method(), [other])
    check_alike(tmp_path / "x.jsonl", [latency()], SURVEY, Method(), [SAMPLE, longer])


def test_alike_measurements_are_not(tmp_path):
    check_alike(tmp_path / "x.jsonl", [latency(), latency(repeat=2)], SURVEY, Method())


def test_ratios_compare_only_what_ran_in_turns():
    static, fp32 = latency().variant, latency("fp32").variant
    taken = [
        latency(model=(1.0, 2.0)),
        latency("fp32", model=(2.0, 4.0)),
        latency(repeat=2, run="later", model=(9.0, 9.0)),
        latency("fp32", repeat=2, model=(1.0, 1.0)),
    ]
    found = results_of(taken, [static, fp32])
    assert [result.variant for result in found] == [fp32, static]
    assert found[0].of_fp32 is None
    assert (found[1].of_fp32.n, found[1].of_fp32.median) == (2, 0.5)
    assert found[1].model.n == 4
    alone = results_of(taken[2:], [static])
    assert alone[0].of_fp32 is None
