"""edgebert against the golden vectors of its own tasks and figures, which Kotlin reads too."""

import json
import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from task_cases import Case, outputs_of, request_of, runs_of, task_of

from edgebert.bench.statistics import paired_ratio, summarize
from edgebert.bundle.manifest import StoredOutput
from edgebert.bundle.stored_output import deviation
from edgebert.errors import EdgebertError

GOLDEN = Path(__file__).parent
FILES = ("tasks.json", "statistics.json", "deviations.json")
TASKS = (
    "feature-extraction",
    "fill-mask",
    "intent-and-slots",
    "multiple-choice",
    "question-answering",
    "text-classification",
    "token-classification",
)


def read(name: str) -> Any:
    content = json.loads((GOLDEN / name).read_bytes())
    assert content["format"] == 1
    return content


def assert_alike(found: Any, expected: Any, case: object) -> None:
    """Compare plain values; numbers up to the rounding of another machine's exp and sums."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), case
        for name, value in expected.items():
            assert_alike(found[name], value, case)
    elif isinstance(expected, list):
        assert len(found) == len(expected), case
        for one, other in zip(found, expected, strict=True):
            assert_alike(one, other, case)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-9), case
    else:
        assert found == expected, case


@pytest.mark.parametrize("name", TASKS)
def test_tasks(name: str) -> None:
    cases: list[Case] = [case for case in read("tasks.json")["cases"] if case["task"] == name]
    assert len(cases) >= 8
    for case in cases:
        task, request = task_of(case), request_of(case)
        if case.get("error"):
            with pytest.raises(EdgebertError):
                task.encode(request)
            continue
        encoded = task.encode(request)
        expected = [{k: v for k, v in run.items() if k != "outputs"} for run in case["runs"]]
        assert runs_of(encoded) == expected, case
        answer = task.decode(encoded, outputs_of(case)).to_json()
        assert_alike(answer, case["answer"], case)


def test_summaries() -> None:
    for case in read("statistics.json")["summaries"]:
        assert_alike(msgspec.to_builtins(summarize(case["values"])), case["summary"], case)


def test_ratios() -> None:
    for case in read("statistics.json")["ratios"]:
        found = paired_ratio(case["values"], case["reference"])
        assert_alike(msgspec.to_builtins(found), case["interval"], case)


def test_deviations() -> None:
    for case in read("deviations.json")["cases"]:
        got = np.array(case["values"], np.float32).reshape(case["shape"])
        found = deviation(got, msgspec.convert(case["stored"], StoredOutput))
        expected = math.inf if case["deviation"] is None else case["deviation"]
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-12), case


@pytest.mark.parametrize("name", FILES)
def test_files_stay_small_and_plain(name: str) -> None:
    content = (GOLDEN / name).read_bytes()
    assert len(content) < 100_000
    assert content.isascii()
