"""The committed counts, and the comparisons that are made with them and with answers."""

from pathlib import Path

import agree
import msgspec
import pytest
from committed import COUNTS, Record, as_table, find_growth, read_counts, write_counts

README = COUNTS.with_name("README.md")
RECORD = Record(
    model="6x384",
    groups=4,
    seed=0,
    backend="litert",
    mode="static",
    engine="litert",
    version="1.0",
    processor="cortex-a76",
    tokens=16,
    instructions=10_000_000,
    sdot=3_000_000,
    smmla=0,
    widening=0,
    fmla=500_000,
)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "counts.jsonl"
    write_counts([RECORD], path)
    return path


def _counted(instructions: int, **other: object) -> Record:
    return msgspec.structs.replace(RECORD, instructions=instructions, **other)


@pytest.mark.parametrize("instructions", [1, 10_000_000, 10_200_000])
def test_two_percent_more_is_allowed(file, instructions):
    assert find_growth(_counted(instructions, version="2.0"), file) is None


def test_more_is_told_with_both_versions(file):
    told = find_growth(_counted(10_200_100, version="2.0"), file)
    assert told is not None
    assert "litert 2.0, +2.0% over 10000000 on 1.0" in told


def test_what_was_never_counted_is_no_success(file):
    told = find_growth(_counted(1, mode="dynamic"), file)
    assert told is not None
    assert "no committed count" in told


def test_writing_replaces_and_keeps(file):
    other = _counted(7, tokens=128)
    write_counts([other, _counted(5)], file)
    assert [record.instructions for record in read_counts(file).values()] == [5, 7]
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_readme_has_the_committed_counts():
    assert as_table(list(read_counts().values())) in README.read_text(encoding="utf-8")


def test_the_table_has_a_column_a_processor():
    table = as_table([RECORD, _counted(30_000_000, processor="cortex-a53")])
    assert "| 6x384 | 16 | litert static | litert 1.0 | 30.0 | 10.0 |\n" in table


def test_answers_are_compared_where_one_thing_differs():
    def answered(*labels: str) -> dict[str, object]:
        return {"answers": [[label, []] for label in labels]}

    found = {
        ("static", "litert", "x86-64"): answered("a", "b"),
        ("static", "litert", "cortex-a53"): answered("a", "c"),
        ("static", "onnx", "x86-64"): answered("a", "b"),
        ("fp32", "litert", "x86-64"): answered("z", "z"),
    }
    compared = [(one["between"], one["different"]) for one in agree.compare(found)]
    assert compared == [
        (["litert x86-64", "litert cortex-a53"], 1),
        (["litert x86-64", "onnx x86-64"], 0),
    ]
