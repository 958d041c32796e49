"""A checkpoint as what is evaluated: the fp32 deployment graph, run by PyTorch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from edgebert.errors import EdgebertError
from edgebert.evaluation.evaluate import Evaluation, evaluate_candidates
from edgebert.evaluation.measure import Measure
from edgebert.evaluation.measures import DataFields, measure_for
from edgebert.exporter.checkpoint import Checkpoint, load_checkpoint
from edgebert.exporter.encoding import TextInputs
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.half_precision import HalfPrecisionGraph
from edgebert.exporter.recipe import Recipe, find_checkpoint
from edgebert.exporter.threads import one_thread
from edgebert.progress import Progress
from edgebert.tasks import Outputs
from edgebert.tasks.text_classification import DEFAULT_THRESHOLD
from edgebert.text import Encoding, WordPieceTokenizer

TORCH_VERSION = str(torch.__version__)  # a plain string: torch's own is of a class that compares


class CheckpointModel:
    """A checkpoint's deployment graph, see edgebert.evaluation.measure.Model."""

    def __init__(
        self,
        graph: DeploymentGraph | HalfPrecisionGraph,
        inputs: TextInputs,
        labels: tuple[str, ...],
    ) -> None:
        """Take a graph, what makes its inputs, and the checkpoint's labels in id order."""
        self._graph = graph
        self._inputs = inputs
        self.tokenizer = inputs.tokenizer
        self.max_length = inputs.max_length
        self.labels = labels
        self.output_names = graph.output_names

    def outputs(self, encoding: Encoding) -> Outputs:
        """See Model; runs without padding."""
        with torch.inference_mode(), one_thread():
            results = self._graph(*self._inputs.tensors(encoding))
        return {
            name: result[0].numpy() for name, result in zip(self.output_names, results, strict=True)
        }


@dataclass(frozen=True, kw_only=True)
class _InTorch:
    """What the table of an evaluation says of a checkpoint."""

    engine: str = "torch"
    version: str = TORCH_VERSION
    backend: str = "torch"
    mode: str = "fp32"


@dataclass(frozen=True)
class CheckpointCandidate(_InTorch):
    """A checkpoint, see edgebert.evaluation.scoring.Candidate."""

    source: str
    task: str
    pooling: str | None
    revision: str | None
    max_length: int

    def open(self) -> CheckpointModel:
        """See Candidate."""
        checkpoint = load_checkpoint(
            self.source, self.task, pooling=self.pooling, revision=self.revision
        )
        graph = DeploymentGraph(checkpoint, max_length=self.max_length).eval()
        tokenizer = WordPieceTokenizer(checkpoint.vocabulary, checkpoint.tokenizer)
        inputs = TextInputs(tokenizer, graph.input_names, self.max_length)
        return CheckpointModel(graph, inputs, checkpoint.labels)


@dataclass(frozen=True)
class LoadedCandidate(_InTorch):
    """A model that is there already; for one process, it does not travel to others."""

    model: CheckpointModel

    def open(self) -> CheckpointModel:
        """See Candidate."""
        return self.model


def recipe_measure(recipe: Recipe, checkpoint: Checkpoint) -> Measure:
    """Return the measure of a recipe's labelled rows.

    Raises:
        EdgebertError: the task has none, or no use for one of the recipe's fields.
    """
    fields = DataFields(recipe.row_field, recipe.row_pair_field, recipe.label_field)
    return measure_for(
        recipe.task,
        checkpoint.labels,
        fields,
        recipe.out_of_scope,
        checkpoint.slot_labels,
        recipe.threshold_for(checkpoint),
    )


def evaluate_checkpoint(
    source: str,
    data: str | Path,
    *,
    task: str,
    pooling: str | None = None,
    revision: str | None = None,
    max_length: int | None = None,
    fields: DataFields | None = None,
    out_of_scope: Sequence[str] = (),
    limit: int | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> Evaluation:
    """Evaluate a checkpoint in fp32 on labelled rows, as `edgebert.evaluation.evaluate` a bundle.

    Args:
        source: a folder, a hub id or ``package:NAME/FOLDER``.
        data: the rows: .jsonl, .csv, or SQuAD's .json.
        task: by transformers' name.
        pooling: for feature extraction, where the checkpoint does not say.
        revision: a branch, tag or commit of a hub id.
        max_length: tokens that longer texts are cut to; by default the checkpoint's own limit.
        fields: the names of the data's fields; by default those of the task.
        out_of_scope: labels of rows that are out of a classifier's scope.
        limit: only the first so many rows.
        processes: how many work at once, each with the model and one thread of its own.
        progress: told how far it is.

    Raises:
        EdgebertError: a wrong checkpoint, argument or row, in one line.

    """
    found = find_checkpoint(source)
    checkpoint = load_checkpoint(found, task, pooling=pooling, revision=revision)
    length = checkpoint.max_length if max_length is None else max_length
    if not 3 <= length <= checkpoint.max_length:
        raise EdgebertError(
            f"--max-length {length}: expected 3 to {checkpoint.max_length} tokens, which is as "
            f"many as {source} takes"
        )
    candidate = CheckpointCandidate(found, task, pooling, revision, length)
    return evaluate_candidates(
        [candidate],
        measure_for(
            task,
            checkpoint.labels,
            fields or DataFields(),
            tuple(out_of_scope),
            checkpoint.slot_labels,
            DEFAULT_THRESHOLD if checkpoint.multi_label else None,
        ),
        Path(data),
        model=source,
        task=task,
        limit=limit,
        processes=processes,
        progress=progress,
    )
