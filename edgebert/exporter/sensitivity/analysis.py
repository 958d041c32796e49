"""The sensitivity of a checkpoint: loads what an export would, and measures."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from edgebert.bundle.manifest import Mode
from edgebert.errors import EdgebertError
from edgebert.evaluation.measures import DataFields, measure_for
from edgebert.exporter.checkpoint import Checkpoint
from edgebert.exporter.preparation import prepare
from edgebert.exporter.quantization.plan import plan_mode
from edgebert.exporter.recipe import Recipe, package_name
from edgebert.exporter.sensitivity.measure import measure_sensitivity
from edgebert.exporter.sensitivity.model import LabelledRows, read_labelled_rows
from edgebert.exporter.sensitivity.report import Analysis
from edgebert.exporter.text_selection import VERIFICATION_TEXTS, held_out_of
from edgebert.progress import Progress, silent

# Texts measured on by default: the order of sites hardly changes with more.
DEFAULT_TEXTS = 32


@dataclass(frozen=True)
class LabelledData:
    """A file of labelled rows to measure on.

    Attributes:
        path: .jsonl, .csv, or SQuAD's .json.
        fields: the names of its fields.
        out_of_scope: labels of rows that belong to none of a classifier's labels.
    """

    path: Path
    fields: DataFields
    out_of_scope: tuple[str, ...] = ()


def analyse(
    recipe: Recipe,
    *,
    mode: Mode = "static",
    texts: int = DEFAULT_TEXTS,
    data: LabelledData | None = None,
    progress: Progress = silent,
) -> Analysis:
    """Measure where quantisation hurts a checkpoint.

    The checkpoint, its graph, the texts and the calibration table are those that an export of the
    recipe would use; its backends do not matter, and of its buckets only the longest, where texts
    are cut.

    Args:
        recipe: what to measure.
        mode: static or dynamic.
        texts: how many texts, or rows of the data, to measure on.
        data: labelled rows to measure on, in place of the recipe's verification texts.
        progress: told what is being done.

    Raises:
        EdgebertError: a wrong argument or file.
        CheckFailedError: the deployment graph is not the checkpoint's model.
    """
    recipe = msgspec.structs.replace(recipe, modes=(mode,))
    recipe.check()
    if mode == "fp32":
        raise EdgebertError("mode fp32: quantises nothing; choose --mode static or dynamic")
    if texts < 1 or (data is None and texts > VERIFICATION_TEXTS):
        raise EdgebertError(
            f"--texts {texts}: expected 1 to {VERIFICATION_TEXTS}, or more with --data"
        )
    prepared = prepare(recipe, progress)
    checkpoint, graph = prepared.checkpoint, prepared.graph
    chosen = prepared.texts.first(texts)
    rows = None if data is None else _read_data(data, checkpoint, texts)
    found = measure_sensitivity(
        graph,
        plan_mode(graph.sites(), mode, prepared.table, recipe.fp32_sites),
        prepared.inputs,
        prepared.encodings[:texts] if rows is None else rows,
        progress=progress,
    )
    return Analysis(
        model=package_name(recipe.checkpoint) or checkpoint.source,
        task=recipe.task,
        data=chosen.source if data is None else data.path.name,
        held_out=data is None and held_out_of(chosen, prepared.table),
        observer=None if prepared.table is None else prepared.table.observer,
        sensitivity=found,
    )


def _read_data(data: LabelledData, checkpoint: Checkpoint, limit: int) -> LabelledRows:
    measure = measure_for(
        checkpoint.task, checkpoint.labels, data.fields, data.out_of_scope, checkpoint.slot_labels
    )
    return read_labelled_rows(data.path, measure, checkpoint.labels, limit)
