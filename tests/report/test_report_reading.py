"""Reading records: nothing is changed, nothing is trusted, every complaint names file and line."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_records import facts, failure, latency, lines_of, memory, state

from edgebert.errors import EdgebertError
from edgebert.report import make_report
from edgebert.report.page import write_page
from edgebert.report.reading import read_records


def test_what_is_in_a_file_comes_out(file_of):
    records = [latency(known=facts(value=0.9)), memory(), failure()]
    assert read_records([file_of(records)]).records == records


def test_several_files_are_one(file_of):
    here, there = latency(), latency(target="phone")
    reading = read_records([file_of([here]), file_of([there], name="phone.jsonl")])
    assert reading.records == [here, there]
    assert reading.notes == []


def test_a_line_that_occurs_twice_counts_once(file_of):
    path = file_of([latency()])
    reading = read_records([path, path])
    assert reading.records == [latency()]
    assert reading.notes == [f"{path}: 1 of its lines occur twice and count once"]


def test_half_a_line_at_the_end_is_left_out_and_the_file_stays_as_it_is(file_of):
    half = lines_of([latency(repeat=2)])[:200]
    path = file_of([latency()], half)
    before = path.read_bytes()
    reading = read_records([path])
    assert reading.records == [latency()]
    assert reading.notes == [f"{path}: line 2 is cut off and left out; the writer was stopped"]
    assert path.read_bytes() == before


def test_a_last_line_that_only_lacks_its_end_counts(file_of):
    path = file_of([latency()], lines_of([latency(repeat=2)]).rstrip())
    reading = read_records([path])
    assert len(reading.records) == 2
    assert reading.notes == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (b"hello\n", "line 2 is no record"),
        (b"{}\n", "line 2 is no record"),
        (b"\n\n", "line 2 is no record"),
        (b"\xff\xfe\n", "line 2 is no record"),
        (b'{"origin":{"schema":7}}\n', "line 2 has schema 7, expected 1"),
        (b"[" * 100_000 + b"\n", "line 2 is no record"),
    ],
)
def test_foreign_lines(file_of, more, said):
    path = file_of([latency()], more)
    with pytest.raises(EdgebertError) as raised:
        read_records([path])
    assert str(raised.value).startswith(f"{path}: {said}")
    assert "\n" not in str(raised.value)


HOT = state(1, cpu=5000.0)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (latency(model=(1.0, -1.0)), "latencies"),
        (latency(model=(0.0,)), "latencies"),
        (latency(model=()), "latencies"),
        (latency(model=(1e300,)), "latencies"),
        (latency(bucket=0), "a bucket"),
        (latency(threads=0), "a number of threads"),
        (latency(repeat=0), "a repeat"),
        (latency(time="yesterday"), "a time"),
        (latency(before=HOT), "conditions"),
        (latency(after=msgspec.structs.replace(state(), time="")), "conditions"),
        (latency(after=msgspec.structs.replace(state(), load=-1.0)), "conditions"),
        (latency(known=msgspec.structs.replace(facts(), size=0)), "a size"),
        (latency(known=facts(value=97.0)), "a figure of accuracy"),
        (msgspec.structs.replace(memory(), peak_rss=-1), "a memory"),
    ],
)
def test_values_that_cannot_be(file_of, record, said):
    path = file_of([memory(), record])
    with pytest.raises(EdgebertError, match=f"results.jsonl: line 2 has {said} that cannot be"):
        read_records([path])


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_a_file_without_records(file_of, content):
    with pytest.raises(EdgebertError, match="no record"):
        read_records([file_of([], content)])


def test_a_file_that_there_is_not(tmp_path):
    with pytest.raises(EdgebertError, match="cannot be read"):
        read_records([tmp_path / "nowhere.jsonl"])
    with pytest.raises(EdgebertError, match="cannot be read"):
        read_records([tmp_path])


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_spoiled_file_gives_a_page_or_one_line(file_of, data):
    content = bytearray(lines_of([latency(), memory(), failure()]))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path = file_of([], bytes(content))
    problem, records = "", []
    try:
        records = read_records([path]).records
    except EdgebertError as error:
        problem = str(error)
    assert "\n" not in problem
    assert write_page(make_report(records)) if records else problem
