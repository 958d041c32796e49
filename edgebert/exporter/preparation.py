"""What every job on a checkpoint begins with: its graph, its texts and its calibration table."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgebert.bundle.manifest import FILL_MASK, Temperature
from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import (
    CalibrationTable,
    TextSample,
    calibrate,
    read_table,
    text_digest,
)
from edgebert.exporter.checkpoint import Checkpoint, load_checkpoint
from edgebert.exporter.encoding import TextInputs, check_readable, has_tokens
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.quantization.plan import require_known_sites
from edgebert.exporter.recipe import DEFAULT_BUCKETS, Recipe, find_checkpoint
from edgebert.exporter.rewrite_check import check_rewrite
from edgebert.exporter.temperature import fit_temperatures, fold_temperatures
from edgebert.exporter.text_selection import Texts, choose_texts
from edgebert.progress import Progress
from edgebert.tasks import PAIR_TASKS
from edgebert.text import Encoding, WordPieceTokenizer

# Texts on which the rewritten graph is compared with the checkpoint's own module.
REWRITE_TEXTS = 8


@dataclass(frozen=True)
class Prepared:
    """A checkpoint, ready to be quantised.

    Attributes:
        checkpoint: as loaded.
        buckets: the sequence lengths, ascending.
        graph: the fp32 deployment graph, equal to the checkpoint's own module on some texts but for
            the temperature.
        inputs: makes the graph's inputs of texts.
        pairs: whether the task takes pairs of texts.
        mask: the mask token of a masked language model.
        texts: what is calibrated and verified on.
        encodings: those verified on, cut to the longest bucket.
        table: the ranges, where a mode needs them.
        label_threshold: the least score of a label in an answer; None for one label a text.
        temperature: what the logits of the graph are divided by, where the recipe wants that.
    """

    checkpoint: Checkpoint
    buckets: tuple[int, ...]
    graph: DeploymentGraph
    inputs: TextInputs
    pairs: bool
    mask: str | None
    texts: Texts
    encodings: list[Encoding]
    table: CalibrationTable | None
    label_threshold: float | None
    temperature: Temperature | None


def prepare(recipe: Recipe, progress: Progress) -> Prepared:
    """Load a recipe's checkpoint and texts, and calibrate it or fit temperatures where it says so.

    Args:
        recipe: what to load, checked.
        progress: told what is being done.

    Raises:
        EdgebertError: a wrong argument or file.
        CheckFailedError: the deployment graph is not the checkpoint's model.
    """
    progress("loading the checkpoint", 0, 0)
    checkpoint = load_checkpoint(
        find_checkpoint(recipe.checkpoint),
        recipe.task,
        pooling=recipe.pooling,
        revision=recipe.revision,
    )
    buckets = choose_buckets(recipe, checkpoint)
    threshold = recipe.threshold_for(checkpoint)
    graph = DeploymentGraph(checkpoint, max_length=max(buckets), label_threshold=threshold).eval()
    require_known_sites(recipe.fp32_sites, graph.sites())
    tokenizer = WordPieceTokenizer(checkpoint.vocabulary, checkpoint.tokenizer)
    pairs = recipe.task in PAIR_TASKS
    mask = checkpoint.tokenizer.mask if recipe.task == FILL_MASK else None
    inputs = TextInputs(tokenizer, graph.input_names, max(buckets), allow_mask=bool(mask))
    texts = choose_texts(recipe, mask)
    if texts.drawn:  # our own sentences need no check, whatever the checkpoint's language
        drawn = [inputs.encode(sample) for sample in texts.drawn]
        check_readable(inputs, drawn, str(recipe.calibration))
    encodings = [inputs.encode(sample) for sample in texts.verification]
    check_rewrite(checkpoint, graph, encodings[:REWRITE_TEXTS], inputs)
    table = _find_table(recipe, graph, inputs, texts.calibration, checkpoint, progress)
    temperature = None
    if recipe.temperature_from is not None:
        temperature = fit_temperatures(recipe, checkpoint, graph, inputs, progress)
        fold_temperatures(graph, temperature)  # last: a table is one of the checkpoint's own graph
    return Prepared(
        checkpoint=checkpoint,
        buckets=buckets,
        graph=graph,
        inputs=inputs,
        pairs=pairs,
        mask=mask,
        texts=texts,
        encodings=encodings,
        table=table,
        label_threshold=threshold,
        temperature=temperature,
    )


def choose_buckets(recipe: Recipe, checkpoint: Checkpoint) -> tuple[int, ...]:
    """Return the recipe's buckets, or the default ones, ascending.

    Raises:
        EdgebertError: a bucket is longer than the checkpoint's inputs can be.
    """
    longest = checkpoint.max_length
    if recipe.buckets is None:
        return tuple(b for b in DEFAULT_BUCKETS if b <= longest) or (longest,)
    buckets = tuple(sorted(set(recipe.buckets)))
    if buckets[-1] > longest:
        raise EdgebertError(
            f"bucket {buckets[-1]}: {checkpoint.source} takes at most {longest} tokens; choose "
            "--bucket values up to that"
        )
    return buckets


def _find_table(
    recipe: Recipe,
    graph: DeploymentGraph,
    inputs: TextInputs,
    samples: Sequence[TextSample],
    checkpoint: Checkpoint,
    progress: Progress,
) -> CalibrationTable | None:
    """Read the table that the recipe names, or make one where a mode needs it."""
    if recipe.table is not None:
        return _read_table(recipe.table, graph, checkpoint)
    if "static" not in recipe.modes:
        return None
    encodings = [inputs.encode(sample) for sample in samples]
    check_readable(inputs, encodings, str(recipe.calibration))
    return calibrate(
        graph,
        [inputs.tensors(encoding) for encoding in encodings if has_tokens(encoding)],
        observer=recipe.observer,
        checkpoint_sha256=checkpoint.sha256,
        text_sha256=text_digest(samples),
        outlier_limit=recipe.outlier_limit,
        outlier_ratio=recipe.outlier_ratio,
        progress=lambda done, total: progress("calibrating", done, total),
    )


def _read_table(path: str, graph: DeploymentGraph, checkpoint: Checkpoint) -> CalibrationTable:
    table = read_table(path)
    sites = graph.sites()
    table.require_sites(sites)
    table.require_channels(
        {site: (linear.in_features, linear.out_features) for site, linear in sites.items()}
    )
    if table.checkpoint_sha256 != checkpoint.sha256:
        raise EdgebertError(
            f"{path}: was made of another checkpoint (its checkpoint_sha256 begins "
            f"{table.checkpoint_sha256[:12]}, {checkpoint.source} has "
            f"{checkpoint.sha256[:12]}); calibrate this one, or edit that line if you are sure"
        )
    return table
