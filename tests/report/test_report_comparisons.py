"""What may be compared stands in one section, and unlike runs never do."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_records import ORIGIN, PHONE, PI, latency, memory

from edgebert.bench.protocol import Method
from edgebert.report import make_report
from edgebert.report.comparisons import group_alike

UNLIKE = [
    ({"bundle": "cd" * 32}, None),
    ({"target": "phone"}, None),
    ({"edgebert": "0.2.0"}, "edgebert is 0.2.0, there 0.1.0"),
    ({"engine_version": "2.2.0"}, "litert is 2.2.0, there 2.3.0"),
    ({"method": Method(iterations=5)}, "iterations is 5, there 4"),
    ({"machine": msgspec.structs.replace(PI, system="Linux 6.12")}, "system is Linux 6.12"),
    ({"machine": PHONE}, "CPU is 4 x Cortex-A55"),
    ({"text": "another"}, "measured with another text of 16 tokens"),
]


@pytest.mark.parametrize(("change", "said"), UNLIKE)
def test_unlike_runs_are_apart(change, said):
    report = make_report([latency(), latency(repeat=2, **change), latency(repeat=3)])
    assert [section.rows[0].result.model.n for section in report.sections] == [8, 4]
    apart = report.sections[1].apart
    assert report.sections[0].apart is None
    assert apart is None if said is None else "Not compared with section 1" in apart
    assert said is None or said in apart


def test_other_runs_times_and_engines_are_together():
    records = [
        latency(),
        latency(repeat=2, run="later", time="2025-03-01T00:00:00+00:00"),
        latency("onnxruntime", engine_version="1.31"),
        latency(bucket=128, text="a longer text"),
        memory(),
    ]
    (section,) = make_report(records).sections
    assert section.engines == {"litert": "2.3.0", "onnxruntime": "1.31"}
    assert len(section.rows) == 3
    assert section.rows[0].result.peak_rss is not None


def test_memory_stands_with_the_times_of_its_run():
    other = latency(run="two", text="another")
    records = [latency(), other, msgspec.structs.replace(memory(run="two"), peak_rss=7)]
    first, second = make_report(records).sections
    assert first.rows[0].result.peak_rss is None
    assert second.rows[0].result.peak_rss == 7


changes = st.fixed_dictionaries(
    {},
    optional={
        "engine_version": st.sampled_from(["1", "2"]),
        "target": st.sampled_from(["pi", "phone"]),
        "text": st.sampled_from(["a", "b"]),
        "edgebert": st.sampled_from(["0.1.0", "0.2.0"]),
        "engine": st.sampled_from(["litert", "onnxruntime"]),
    },
)


@settings(deadline=None)
@given(st.lists(changes, min_size=1, max_size=8))
def test_no_record_is_lost_and_all_of_a_group_are_alike(made):
    records = [latency(repeat=n, **change) for n, change in enumerate(made, start=1)]
    groups = group_alike(records)
    assert sorted(r.repeat for group in groups for r in group.records) == [
        record.repeat for record in records
    ]
    for group in groups:
        versions = {(r.variant.engine, r.origin.engine_version) for r in group.records}
        assert len(versions) == len({engine for engine, _ in versions})
        assert (
            len({(r.origin.target, r.origin.edgebert, r.sample.text) for r in group.records}) == 1
        )


def test_the_device_name_alone_makes_no_comparison():
    assert ORIGIN.target == "pi"
    pi, phone = make_report([latency(), latency(target="phone", machine=PHONE)]).sections
    assert (pi.origin.target, phone.origin.target) == ("pi", "phone")
    assert phone.rows[0].result.of_fp32 is None
