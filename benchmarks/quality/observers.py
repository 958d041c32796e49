"""What each observer, and the split of outlier channels, costs the trained checkpoints.

    python benchmarks/quality/observers.py data checkpoints --output observers.json

Defaults are chosen by this, so it looks at validation parts only. DATA and CHECKPOINTS are as
trained.py has them. Every combination is calibrated on the training rows and quantised to static
int8; the graph in PyTorch, which computes what the artifacts do, answers the validation rows.
Prints a table in Markdown: points of the main figure lost against fp32, and in brackets the
deviation of the answers in percent of their length.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

from command_line import chosen_sets, command_line
from quantised import quantise_everything
from sets import SETS, TrainedSet

from edgebert.evaluation.measure import main_metric
from edgebert.exporter.calibration import OBSERVERS, OUTLIER_LIMIT
from edgebert.exporter.recipe import Recipe

Case = tuple[TrainedSet, str, int, Path, Path]


def measured(case: Case) -> dict[str, Any]:
    """Measure one set, observer and outlier limit; what the table shows, as JSON has it."""
    chosen, observer, outliers, data, checkpoints = case
    recipe = Recipe(
        checkpoint=str(checkpoints / chosen.name),
        task=chosen.task,
        calibration=str(data / chosen.name / "train.jsonl"),
        evaluate=str(data / chosen.name / "validation.jsonl"),
        out_of_scope=tuple(chosen.own),
        observer=observer,
        outlier_limit=outliers,
        buckets=(64,),
    )
    found, damage = quantise_everything(recipe)
    print(f"{chosen.name}, {observer}, outlier limit {outliers}", file=sys.stderr, flush=True)
    return {
        "set": chosen.name,
        "observer": observer,
        "outlier_limit": outliers,
        "rows": found.texts,
        "figure": main_metric(found.fp32_metrics),
        "fp32": dict(found.fp32_metrics),
        "drops": dict(damage.drops),
        "deviation": damage.deviation,
        "agreement": damage.agreement,
    }


def table(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown, a column for each set."""
    sets = list(dict.fromkeys(result["set"] for result in results))
    titles = [f"{s.title}, {_figure(results, s.name)}" for s in SETS if s.name in sets]
    yield f"| observer | outlier channels | {' | '.join(titles)} |"
    yield f"|---|---|{'---|' * len(sets)}"
    by_case = {(r["observer"], r["outlier_limit"], r["set"]): r for r in results}
    for observer, outliers in dict.fromkeys((r["observer"], r["outlier_limit"]) for r in results):
        cells = [_cell(by_case[observer, outliers, name]) for name in sets]
        split = f"split, at most {outliers}" if outliers else "not split"
        yield f"| {observer} | {split} | {' | '.join(cells)} |"


def _figure(results: Sequence[Mapping[str, Any]], name: str) -> str:
    found = next(result for result in results if result["set"] == name)
    return str(found["figure"]).replace("_", " ")


def _cell(result: Mapping[str, Any]) -> str:
    return f"{100 * result['drops'][result['figure']]:+.2f} ({100 * result['deviation']:.2f})"


def main() -> None:
    """Measure, write the JSON and print the table."""
    arguments = command_line(__doc__).parse_args()
    cases = [
        (chosen, observer, outliers, arguments.data, arguments.checkpoints)
        for chosen, _ in chosen_sets(arguments)
        for observer, outliers in product(OBSERVERS, (OUTLIER_LIMIT, 0))
    ]
    with ProcessPoolExecutor(arguments.processes) as pool:
        results = list(pool.map(measured, cases))
    arguments.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print("\n".join(table(results)))


if __name__ == "__main__":
    main()
