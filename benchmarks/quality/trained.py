"""The trained checkpoints on test parts: fp32, static int8 of each backend, and what to compare.

    python benchmarks/quality/trained.py data checkpoints --output trained.json

DATA is what `python -m edgebert.training.datasets` wrote. CHECKPOINTS holds what `edgebert train`
made of the recipes in export/training, each in a folder of its recipe's name; sets whose
checkpoint is not there are left out. Each is exported to static int8 and fp32, calibrated on its
training rows, and both run the test rows. Beside them stand the same training with one group,
where its checkpoint is there (NAME-groups1), and a bag of words. Prints a table in Markdown.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import bag_of_words
import msgspec
from command_line import chosen_sets, command_line
from sets import SETS, TrainedSet

import edgebert
from edgebert.evaluation import Evaluation, Result, evaluate
from edgebert.exporter.evaluation import evaluate_checkpoint

BUCKETS = (16, 32, 64)
# As `bag_of_words` names what `evaluate` calls otherwise in the joint task.
_SAME = {"intent_accuracy": "accuracy"}
_MODEL, _UPPER, _BASELINE = "static and fp32", "groups 1", "bag of words"


def measured(chosen: TrainedSet, data: Path, checkpoints: Path, processes: int) -> dict[str, Any]:
    """Measure one set's test part: everything that the table shows of it, as JSON has it."""
    rows = data / chosen.name / "test.jsonl"
    options: dict[str, Any] = {"out_of_scope": chosen.own, "processes": processes}
    _tell(f"{chosen.name}: bag of words")
    found = {_BASELINE: bag_of_words.figures(data / chosen.name, chosen.out_of_scope)}
    with tempfile.TemporaryDirectory() as place:
        _tell(f"{chosen.name}: exporting")
        bundle = edgebert.export(
            checkpoints / chosen.name,
            Path(place) / "bundle",
            task=chosen.task,
            calibration=str(data / chosen.name / "train.jsonl"),
            buckets=BUCKETS,
            modes=["static", "fp32"],
        )
        _tell(f"{chosen.name}: evaluating")
        found[_MODEL] = _plain(evaluate(bundle.root, rows, **options))
    upper = checkpoints / f"{chosen.name}-groups1"
    if upper.is_dir():
        _tell(f"{chosen.name}: evaluating the one with one group")
        fp32 = evaluate_checkpoint(str(upper), rows, task=chosen.task, **options)
        found[_UPPER] = _plain(fp32)
    return found


def table(results: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown, figures in percent."""
    yield "| set | figure | bag of words | groups 1 | fp32 | static int8: .pte | .tflite | .onnx |"
    yield "|---|---|---|---|---|---|---|---|"
    for chosen in SETS:
        if chosen.name not in results:
            continue
        found = results[chosen.name]
        evaluation = msgspec.convert(found[_MODEL], Evaluation)
        assert evaluation.reference is not None
        reference = evaluation.results[evaluation.reference]
        static = {r.backend: r for r in evaluation.results if r.mode == "static"}
        upper = found[_UPPER]["results"][0]["metrics"] if _UPPER in found else {}
        for name in reference.metrics:
            cells = [
                chosen.title,
                name.replace("_", " "),
                _percent(found[_BASELINE].get(_SAME.get(name, name))),
                _percent(upper.get(name)),
                _percent(reference.metrics[name]),
                *(with_difference(static[backend], name) for backend in columns_of(static)),
            ]
            yield f"| {' | '.join(cells)} |"
        agreement = [_agreement(static[backend]) for backend in columns_of(static)]
        yield f"| {chosen.title} | same answer as fp32 | | | | {' | '.join(agreement)} |"


def columns_of(static: Mapping[str, Result]) -> list[str]:
    """Return the backends in the order of the table's columns."""
    return [name for name in ("executorch", "litert", "onnx") if name in static]


def _plain(evaluation: Evaluation) -> Any:
    return msgspec.to_builtins(evaluation)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.2f}"


def with_difference(result: Result, name: str) -> str:
    """The figure, and in brackets the 95 % interval of its difference from fp32 in points."""
    value = result.metrics[name]
    difference = None if result.comparison is None else result.comparison.differences[name]
    if value is None or difference is None:
        return ""
    return f"{_percent(value)} ({100 * difference.low:+.2f} to {100 * difference.high:+.2f})"


def _agreement(result: Result) -> str:
    return _percent(None if result.comparison is None else result.comparison.agreement)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, write the JSON and print the table."""
    arguments = command_line(__doc__).parse_args()
    results = {
        chosen.name: measured(chosen, arguments.data, arguments.checkpoints, arguments.processes)
        for chosen, _ in chosen_sets(arguments)
    }
    arguments.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print("\n".join(table(results)))


if __name__ == "__main__":
    main()
