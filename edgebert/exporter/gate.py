"""The gate: a bundle whose int8 artifacts lost too much accuracy is not put in place."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from edgebert.bundle import open_bundle
from edgebert.bundle.hashing import record_of
from edgebert.bundle.manifest import Accuracy, AccuracyFigure, Manifest, Mode
from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.evaluation.bundle_candidates import choose_candidates
from edgebert.evaluation.evaluate import Evaluation, evaluate_candidates
from edgebert.evaluation.measure import Measure, main_metric
from edgebert.evaluation.measures import DataFields, measure_for
from edgebert.exporter.evaluation import LoadedCandidate
from edgebert.exporter.lowering.program import Program
from edgebert.exporter.preparation import Prepared
from edgebert.exporter.recipe import Recipe
from edgebert.exporter.sensitivity import (
    LabelledRows,
    measure_sensitivity,
    read_labelled_rows,
    worst_sites,
)
from edgebert.progress import Progress

# Points (hundredths) that int8 may lose where the recipe says nothing: of the task's main figure
# on labelled rows, and of the agreement with fp32 where there are none. The second is only there
# to stop a collapse: without labels nobody knows whether another answer is a worse one.
MAX_DROP = 1.0
MAX_DISAGREEMENT = 10.0

# What a failed gate names, and how many texts it looks at for that.
CULPRITS = 3
CULPRIT_TEXTS = 16


def allowed_drop(recipe: Recipe) -> float:
    """Return how many points int8 may lose: of the main figure, or else of the agreement."""
    if recipe.max_drop is not None:
        return recipe.max_drop
    return MAX_DISAGREEMENT if recipe.evaluate is None else MAX_DROP


def read_labelled(recipe: Recipe, prepared: Prepared) -> LabelledRows | None:
    """Read the recipe's labelled rows, if it names any: what is wrong with them is known early.

    Raises:
        EdgebertError: they cannot be read as rows of the task.
    """
    if recipe.evaluate is None:
        return None
    measure = _measure(recipe, prepared)
    return read_labelled_rows(Path(recipe.evaluate), measure, prepared.checkpoint.labels)


def measure_accuracy(
    recipe: Recipe, prepared: Prepared, folder: Path, progress: Progress
) -> Accuracy:
    """Evaluate a bundle's int8 artifacts and its fp32 checkpoint on the recipe's labelled rows.

    Args:
        recipe: names the file of the rows.
        prepared: the checkpoint.
        folder: the bundle.
        progress: told how far it is.

    Raises:
        EdgebertError: the rows cannot be read as those of the task, or do not define its figure.
        CheckFailedError: an artifact's answers do not define the task's figure.
    """
    data, measure = Path(recipe.evaluate or ""), _measure(recipe, prepared)
    candidates, _ = choose_candidates(open_bundle(folder))
    evaluation = evaluate_candidates(
        [LoadedCandidate(prepared.checkpoint, max(prepared.buckets)), *candidates],
        measure,
        data,
        model=recipe.checkpoint,
        task=recipe.task,
        progress=progress,
    )
    main = main_metric(evaluation.results[evaluation.reference or 0].metrics)
    _require_defined(evaluation, main)
    return Accuracy(
        data=data.name,
        sha256=record_of(data).sha256,
        rows=evaluation.rows,
        figures=tuple(sorted(_figures(evaluation), key=lambda figure: figure.metric != main)),
    )


def check_gate(
    recipe: Recipe,
    prepared: Prepared,
    programs: Mapping[Mode, Program],
    manifest: Manifest,
    progress: Progress,
) -> None:
    """Check that no artifact loses more than the recipe allows.

    Raises:
        CheckFailedError: one does; the message says how much, and which sites hurt most.
    """
    failure = _accuracy_failure(recipe, manifest) or _agreement_failure(recipe, manifest)
    if failure is None:
        return
    mode, line = failure
    raise CheckFailedError(
        f"{line}; nothing was written. {_culprits(prepared, programs[mode], progress)}"
    )


def _measure(recipe: Recipe, prepared: Prepared) -> Measure:
    fields = DataFields(recipe.field, recipe.pair_field, recipe.label_field)
    checkpoint = prepared.checkpoint
    return measure_for(
        recipe.task, checkpoint.labels, fields, recipe.out_of_scope, checkpoint.slot_labels
    )


def _require_defined(evaluation: Evaluation, main: str) -> None:
    """Check that there is a figure to judge every artifact by."""
    for result in evaluation.results:
        if result.metrics[main] is not None:
            continue
        if result.backend == "torch":
            raise EdgebertError(
                f"{evaluation.data}: its {evaluation.rows} rows do not define {main} even in fp32; "
                "give more of them, and different ones"
            )
        raise CheckFailedError(
            f"gate: the answers of the {result.mode} {result.backend} artifact do not even define "
            f"{main} on {evaluation.data}; nothing was written"
        )


def _figures(evaluation: Evaluation) -> Iterable[AccuracyFigure]:
    reference = evaluation.results[evaluation.reference or 0]
    for result in evaluation.results:
        if result.comparison is None or result.backend == reference.backend:
            continue
        for metric, difference in result.comparison.differences.items():
            value, fp32 = result.metrics[metric], reference.metrics[metric]
            if value is None or fp32 is None or difference is None:
                continue  # the rows do not define this figure
            yield AccuracyFigure(
                backend=result.backend,  # type: ignore[arg-type]
                mode=result.mode,  # type: ignore[arg-type]
                metric=metric,
                fp32=fp32,
                value=value,
                low=difference.low,
                high=difference.high,
            )


def _accuracy_failure(recipe: Recipe, manifest: Manifest) -> tuple[Mode, str] | None:
    """Find the artifact that loses most of the main figure, if it is too much."""
    if manifest.accuracy is None:
        return None
    allowed = allowed_drop(recipe)
    figures = manifest.accuracy.figures
    judged = [f for f in figures if f.metric == figures[0].metric and f.mode != "fp32"]
    worst = min(judged, key=lambda figure: figure.value - figure.fp32, default=None)
    if worst is None:
        return None
    drop = 100 * (worst.fp32 - worst.value)
    if drop <= allowed:
        return None
    return worst.mode, (
        f"gate: {worst.metric} of the {worst.mode} {worst.backend} artifact is {drop:.2f} points "
        f"below fp32 ({100 * worst.value:.2f} and {100 * worst.fp32:.2f}, 95 % interval of the "
        f"drop {-100 * worst.high:.2f} to {-100 * worst.low:.2f}) on {manifest.accuracy.rows} rows "
        f"of {manifest.accuracy.data}, more than --max-drop {allowed:g}"
    )


def _agreement_failure(recipe: Recipe, manifest: Manifest) -> tuple[Mode, str] | None:
    """Find the artifact that agrees least with fp32, if that is too little.

    A classifier cannot lose more accuracy than the share of answers that differ, so the same
    number of points bounds both.
    """
    if manifest.accuracy is not None:
        return None
    allowed = allowed_drop(recipe)
    rows = [row for row in manifest.fidelity if row.reference == "fp32"]
    worst = min(rows, key=lambda row: row.agreement, default=None)
    if worst is None or 100 * (1 - worst.agreement) <= allowed:
        return None
    return worst.mode, (
        f"gate: the {worst.mode} {worst.backend} artifact agrees with fp32 only to "
        f"{worst.agreement:.4f} on {worst.texts} texts at {worst.bucket} tokens, expected at least "
        f"{1 - allowed / 100:.4f} (--max-drop {allowed:g}; --evaluate DATA would measure accuracy)"
    )


def _culprits(prepared: Prepared, program: Program, progress: Progress) -> str:
    """Name the sites that hurt most, and what can be done."""
    found = measure_sensitivity(
        prepared.graph,
        program.plan,
        prepared.inputs,
        prepared.encodings[:CULPRIT_TEXTS],
        progress=progress,
    )
    worst = [site for site in worst_sites(found, CULPRITS) if site.share >= 0.01]
    names = ", ".join(f"{site.name} ({site.share:.0%})" for site in worst) or "no single site"
    return (
        f"Most of the damage is from {names}: leave such sites in fp32 (--fp32-site NAME, or "
        "--auto to have them found), try "
        "another --observer or texts nearer to the real ones, or --mode dynamic; edgebert "
        "sensitivity shows all sites"
    )
