"""The sensitivity of a checkpoint: loads what an export would, and measures."""

from pathlib import Path

import msgspec

from edgebert.bundle.manifest import Mode
from edgebert.errors import EdgebertError
from edgebert.exporter.evaluation import recipe_measure
from edgebert.exporter.preparation import prepare
from edgebert.exporter.quantization.plan import plan_mode
from edgebert.exporter.recipe import Recipe, package_path
from edgebert.exporter.sensitivity.measure import measure_sensitivity
from edgebert.exporter.sensitivity.model import read_labelled_rows
from edgebert.exporter.sensitivity.report import Analysis
from edgebert.exporter.text_selection import VERIFICATION_TEXTS, held_out_of
from edgebert.progress import Progress, silent

# Texts measured on by default: the order of sites hardly changes with more.
DEFAULT_TEXTS = 32


def analyse(
    recipe: Recipe,
    *,
    mode: Mode = "static",
    texts: int = DEFAULT_TEXTS,
    progress: Progress = silent,
) -> Analysis:
    """Measure where quantisation hurts a checkpoint.

    The checkpoint, its graph, the texts and the calibration table are those that an export of the
    recipe would use; its backends do not matter, and of its buckets only the longest, where texts
    are cut.

    Args:
        recipe: what to measure; its labelled rows, if it names any, in place of its verification
            texts.
        mode: static or dynamic.
        texts: how many texts, or of the labelled rows, to measure on.
        progress: told what is being done.

    Raises:
        EdgebertError: a wrong argument or file.
        CheckFailedError: the deployment graph is not the checkpoint's model.
    """
    recipe = msgspec.structs.replace(recipe, modes=(mode,))
    recipe.check()
    if mode == "fp32":
        raise EdgebertError("mode fp32: quantises nothing; choose --mode static or dynamic")
    if texts < 1 or (recipe.evaluate is None and texts > VERIFICATION_TEXTS):
        raise EdgebertError(
            f"--texts {texts}: expected 1 to {VERIFICATION_TEXTS}, or more with --evaluate"
        )
    prepared = prepare(recipe, progress)
    checkpoint, graph = prepared.checkpoint, prepared.graph
    chosen = prepared.texts.first(texts)
    rows = None
    if recipe.evaluate is not None:
        measure = recipe_measure(recipe, checkpoint)
        rows = read_labelled_rows(Path(recipe.evaluate), measure, checkpoint.labels, texts)
    found = measure_sensitivity(
        graph,
        plan_mode(graph.sites(), mode, prepared.table, recipe.fp32_sites),
        prepared.inputs,
        prepared.encodings[:texts] if rows is None else rows,
        progress=progress,
    )
    return Analysis(
        model=package_path(recipe.checkpoint) or checkpoint.source,
        task=recipe.task,
        data=Path(recipe.evaluate or chosen.source).name,
        held_out=rows is None and held_out_of(chosen, prepared.table),
        observer=None if prepared.table is None else prepared.table.observer,
        sensitivity=found,
    )
