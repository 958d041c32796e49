"""What fp16 between the int8 linears costs the trained checkpoints.

    python benchmarks/quality/half.py data checkpoints --output half.json

What `--fp16` lets a processor do with a static .tflite is emulated in PyTorch, which rounds to fp16
whatever is computed outside the int8 linears. DATA and CHECKPOINTS are as trained.py has them; the
rows are those for validation. Prints a table in Markdown: fp32, static int8, and static int8 with
fp16, each with the interval of its difference from fp32.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from command_line import chosen_sets, command_line
from sets import SETS, TrainedSet
from trained import with_difference

from edgebert.cli.progress import shown_progress
from edgebert.evaluation.evaluate import Evaluation, evaluate_candidates
from edgebert.exporter.evaluation import CheckpointModel, LoadedCandidate, recipe_measure
from edgebert.exporter.half_precision import HalfPrecisionGraph
from edgebert.exporter.lowering.program import build_program
from edgebert.exporter.preparation import prepare
from edgebert.exporter.quantization.plan import plan_mode
from edgebert.exporter.recipe import Recipe
from edgebert.progress import Progress


def measured(chosen: TrainedSet, checkpoint: Path, data: Path, progress: Progress) -> Evaluation:
    """Measure one set's checkpoint on its validation rows."""
    rows = data / chosen.name / "validation.jsonl"
    recipe = Recipe(
        checkpoint=str(checkpoint),
        task=chosen.task,
        calibration=str(data / chosen.name / "train.jsonl"),
        evaluate=str(rows),
        out_of_scope=tuple(chosen.own),
        buckets=(64,),
    )
    prepared = prepare(recipe, progress)
    graph = prepared.graph
    plan = plan_mode(graph.sites(), "static", prepared.table)
    quantized = build_program(graph, plan, prepared.buckets).quantized
    graphs = {"fp32": graph, "static": quantized, "static fp16": HalfPrecisionGraph(quantized)}
    return evaluate_candidates(
        [
            LoadedCandidate(
                CheckpointModel(each, prepared.inputs, prepared.checkpoint.labels), mode=mode
            )
            for mode, each in graphs.items()
        ],
        recipe_measure(recipe, prepared.checkpoint),
        rows,
        model=checkpoint.name,
        task=chosen.task,
        progress=progress,
    )


def table(found: Mapping[str, Evaluation]) -> Iterator[str]:
    """Yield the lines of a table in Markdown, figures in percent."""
    yield "| set | figure | fp32 | static int8 | static int8, fp16 between |"
    yield "|---|---|---|---|---|"
    for chosen in SETS:
        if chosen.name not in found:
            continue
        fp32, static, half = found[chosen.name].results
        for name, value in fp32.metrics.items():
            before = "" if value is None else f"{100 * value:.2f}"
            after = f"{with_difference(static, name)} | {with_difference(half, name)}"
            yield f"| {chosen.title} | {name.replace('_', ' ')} | {before} | {after} |"


def main() -> None:
    """Measure, write the JSON and print the table."""
    arguments = command_line(__doc__).parse_args()
    with shown_progress() as progress:
        found = {
            chosen.name: measured(chosen, checkpoint, arguments.data, progress)
            for chosen, checkpoint in chosen_sets(arguments)
        }
    text = json.dumps(msgspec.to_builtins(found), indent=1) + "\n"
    arguments.output.write_text(text, encoding="utf-8")
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
