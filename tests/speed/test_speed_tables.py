"""The tables and bars of benchmarks/speed, and why a tool is unavailable."""

from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from plot import draw, find_bars
from records import Artifact, Instructions, Latency
from tables import instruction_tables, latency_tables
from unavailable import find_conflicts

MODEL = "squeezebert-6x384"


def _artifact(name: str, tool: str, **changes: object) -> Artifact:
    record = Artifact(
        model=MODEL,
        name=name,
        tool=tool,
        settings="static",
        backend="litert",
        length=128,
        takes=(16, 128),
        bytes=12_340_000,
    )
    return msgspec.structs.replace(record, **changes)


def _count(name: str, tokens: int, instructions: int | None, **changes: object) -> Instructions:
    record = Instructions(
        model=MODEL,
        name=name,
        tokens=tokens,
        processor="cortex-a76",
        engine="litert",
        instructions=instructions,
    )
    return msgspec.structs.replace(record, **changes)


OWN = _artifact("edgebert-litert-static", "edgebert")
OTHER = [
    _artifact("other", "a tool", length=length, takes=(length,), bytes=1_000_000 + length)
    for length in (16, 128)
]
FAILED = _artifact("broken", "a tool", bytes=None, error="TypeError: it broke", settings="dynamic")
COUNTS = {
    count.key: count
    for count in (
        _count(OWN.name, 16, 1_000_000),
        _count(OWN.name, 128, 10_000_000),
        _count("other", 16, 2_000_000),
        _count("other", 128, 25_000_000),
    )
}


def test_a_table_has_a_row_a_subject_and_failures_stay() -> None:
    tables = instruction_tables([FAILED, *OTHER, OWN], COUNTS)
    head, _, *rows = tables[MODEL].splitlines()
    assert head.endswith("| cortex-a76, 16 | cortex-a76, 128 | beside ours |")
    assert rows == [
        "| .tflite | edgebert | static | 12.3 | 1.0 | 10.0 | 1.00 |",
        "| .tflite | a tool | dynamic |  | failed: `TypeError: it broke` |  |  |",
        "| .tflite | a tool | static | 1.0 | 2.0 | 25.0 | 2.50 |",
    ]


def test_what_does_not_run_on_the_processor_is_told() -> None:
    failed = _count("other", 128, None, error="status -11")
    tables = instruction_tables([OWN, *OTHER], {**COUNTS, failed.key: failed})
    assert "| 2.0 | failed: `status -11` | 2.00 |" in tables[MODEL]


def test_latency_has_a_pair_of_columns_a_thread_count() -> None:
    times = [
        Latency(
            model=MODEL,
            name=name,
            tokens=16,
            threads=threads,
            engine=engine,
            median=3.0,
            low=2.5,
            high=3.5,
            ratio=ratio,
        )
        for name, threads, engine, ratio in (
            (OWN.name, 1, "litert", ()),
            ("other", 1, "litert", (1.5, 1.25, 1.75)),
            ("other", 2, "litert", (1.5, 1.25, 1.75)),
            ("transformers-eager", 1, "pytorch", ()),
        )
    ]
    tables = latency_tables([OWN, *OTHER], {time.key: time for time in times})
    figure, ratio = "3.00 (2.50 to 3.50)", "1.50 (1.25 to 1.75)"
    assert tables[MODEL, 16].splitlines()[2:] == [
        f"| .tflite | edgebert | static | {figure} |  |  |  |",
        f"| .tflite | a tool | static | {figure} | {ratio} | {figure} | {ratio} |",
        f"|  | transformers | eager | {figure} |  |  |  |",
    ]


def test_the_plot_has_a_bar_a_count_and_is_the_same_each_time(tmp_path: Path) -> None:
    panels = find_bars([FAILED, *OTHER, OWN], COUNTS)
    assert [(bar.millions, bar.kind) for bar in panels["6x384"]] == [
        (10.0, "ours"),
        (25.0, "squeezebert"),
    ]
    files = [tmp_path / f"{number}.svg" for number in range(2)]
    for file in files:
        draw(panels, file)
    assert files[0].read_bytes() == files[1].read_bytes()
    texts = "".join(ElementTree.parse(files[0]).getroot().itertext())
    assert "a tool static .tflite" in texts


@pytest.mark.parametrize(
    ("requirement", "count"),
    [
        ("numpy<1", 1),
        ("numpy>=1", 0),
        ('numpy<1; extra == "old"', 0),
        ("no-such-package-is-here<1", 0),
    ],
)
def test_only_installed_packages_of_another_version_conflict(requirement: str, count: int) -> None:
    conflicts = find_conflicts([requirement])
    assert len(conflicts) == count
    assert all(conflict.startswith("numpy<1 (here ") for conflict in conflicts)
