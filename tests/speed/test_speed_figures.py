"""The committed figures of benchmarks/speed: the README has them, and they fit each other."""

from pathlib import Path

import pytest
from committed import MOST_GROWTH
from instructions import NAMES, counted_before
from records import ARTIFACTS, INSTRUCTIONS, LATENCY, OWN, Artifact, Instructions, Latency, read
from subjects import BY_NAME
from tables import instruction_tables, latency_tables
from timing_worker import PYTORCH

README = ARTIFACTS.with_name("README.md")


@pytest.fixture(scope="module")
def artifacts() -> dict:
    return read(Artifact, ARTIFACTS)


@pytest.fixture(scope="module")
def counts() -> dict:
    return read(Instructions, INSTRUCTIONS)


def test_the_readme_has_the_committed_figures(artifacts, counts):
    text = README.read_text(encoding="utf-8")
    tables = instruction_tables(artifacts.values(), counts)
    assert tables
    for model, table in tables.items():
        assert f"### {model}\n\n{table}" in text
    for (model, tokens), table in latency_tables(
        artifacts.values(), read(Latency, LATENCY)
    ).items():
        assert f"### {model}, {tokens} tokens\n\n{table}" in text


def test_every_artifact_is_of_a_known_subject_and_was_made_or_failed(artifacts):
    assert artifacts
    for artifact in artifacts.values():
        assert artifact.tool == BY_NAME[artifact.name].tool
        assert (artifact.bytes is None) == (artifact.error is not None)
        assert not Path(artifact.file).is_absolute()


def test_what_was_measured_was_made(artifacts, counts):
    made = {(a.model, a.name, n) for a in artifacts.values() if a.error is None for n in a.takes}
    assert {(c.model, c.name, c.tokens) for c in counts.values()} <= made
    times = read(Latency, LATENCY).values()
    assert {(t.model, t.name, t.tokens) for t in times if t.name not in PYTORCH} <= made


def test_own_counts_are_those_of_the_other_benchmark(artifacts, counts):
    compared = 0
    for count in counts.values():
        artifact = next(
            a for a in artifacts.values() if (a.model, a.name) == (count.model, count.name)
        )
        before = counted_before(artifact, count.tokens, count.processor)
        if before is not None and before.version == count.version:
            assert count.instructions == pytest.approx(before.instructions, rel=MOST_GROWTH)
            compared += 1
    assert compared
    assert set(NAMES) >= {count.processor for count in counts.values()}


def test_other_tools_were_counted_too(artifacts, counts):
    tools = {a.name: a.tool for a in artifacts.values()}
    assert {tools[count.name] == OWN for count in counts.values()} == {True, False}
