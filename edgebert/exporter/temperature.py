"""Fits what a classifier's logits are divided by, so that its scores say how often it is right."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgebert.bundle.hashing import record_of
from edgebert.bundle.manifest import HeadTemperature, Temperature
from edgebert.errors import EdgebertError
from edgebert.evaluation.confidence import LabelledLogits, bin_gaps, calibration_error
from edgebert.evaluation.measure import LabelMeasure
from edgebert.evaluation.rows import read_rows
from edgebert.exporter.checkpoint import Checkpoint
from edgebert.exporter.encoding import TextInputs
from edgebert.exporter.evaluation import CheckpointModel, recipe_measure
from edgebert.exporter.graph.deployment import DeploymentGraph
from edgebert.exporter.recipe import Recipe
from edgebert.progress import Progress
from edgebert.tasks.scores import softmax

# Trained classifiers need 0.5 to 5. Where all rows are right the likelihood grows without end
# towards 0, and where the scores say nothing towards infinity.
COLDEST, HOTTEST = 0.1, 10.0

# Halvings of the interval of 1 / temperature, which is 10 wide: the last is 1e-14.
_HALVINGS = 50


def fit_temperatures(
    recipe: Recipe,
    checkpoint: Checkpoint,
    graph: DeploymentGraph,
    inputs: TextInputs,
    progress: Progress,
) -> Temperature:
    """Fit one temperature for every output with labels, on the rows that the recipe names.

    Args:
        recipe: names the file.
        checkpoint: what the rows are read for.
        graph: its deployment graph, fp32.
        inputs: makes the graph's inputs.
        progress: told how far it is.

    Raises:
        EdgebertError: the rows cannot be read as those of the task, or say of no output which of
            its labels are right.
    """
    data, measure = Path(recipe.temperature_from or ""), recipe_measure(recipe, checkpoint)
    if not isinstance(measure, LabelMeasure):
        raise EdgebertError(
            f"--temperature-from: {checkpoint.source} has several labels a text, each with a score "
            "of its own that no common temperature makes right; leave the option out"
        )
    examples = [measure.example(row) for row in read_rows(data)]
    model = CheckpointModel(graph, inputs, checkpoint.labels)
    found: dict[str, list[LabelledLogits]] = {}
    for number, example in enumerate(examples):
        progress("fitting the temperature", number, len(examples))
        for output, labelled in measure.labelled_logits(model, example).items():
            if len(labelled.labels):
                found.setdefault(output, []).append(labelled)
    progress("fitting the temperature", len(examples), len(examples))
    if not found:
        raise EdgebertError(
            f"{data}: none of its {len(examples)} rows has a label that the model has; give rows "
            "to fit the temperature on, or leave --temperature-from out"
        )
    return Temperature(
        data=data.name,
        sha256=record_of(data).sha256,
        rows=len(examples),
        heads=tuple(_fit_head(output, parts) for output, parts in found.items()),
    )


def fold_temperatures(graph: DeploymentGraph, temperature: Temperature) -> None:
    """Divide the weights and biases that a graph's logits come from, in place."""
    for head in temperature.heads:
        graph.head.divide_logits(head.output, head.temperature)


def fit_temperature(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Find the temperature T at which softmax(logits / T) gives the labels the highest likelihood.

    Temperature scaling of Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2.
    The negative log likelihood is convex in 1/T (a logarithm of a sum of exponentials less a linear
    term), so its slope there, the mean logit less that of the right label, changes its sign once at
    most, and halving an interval finds where. The same on every machine but for float64's rounding.

    Args:
        logits: [n, labels], n of 1 or more.
        labels: ids of the right ones, [n].

    Returns:
        T, at least `COLDEST` and at most `HOTTEST`.

    """
    own = float(np.mean(logits[np.arange(len(labels)), labels]))

    def slope(inverse: float) -> float:
        return float(np.mean(np.sum(softmax(inverse * logits) * logits, axis=1))) - own

    low, high = 1 / HOTTEST, 1 / COLDEST
    if slope(low) >= 0:
        return HOTTEST
    if slope(high) <= 0:
        return COLDEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    return 2 / (low + high)


def _fit_head(output: str, parts: Sequence[LabelledLogits]) -> HeadTemperature:
    logits = np.concatenate([part.logits for part in parts]).astype(np.float64)
    labels = np.concatenate([part.labels for part in parts])
    temperature = fit_temperature(logits, labels)
    before, after = (_error(LabelledLogits(logits / t, labels)) for t in (1.0, temperature))
    return HeadTemperature(output, temperature, len(labels), before, after)


def _error(labelled: LabelledLogits) -> float:
    """Return the expected calibration error."""
    return calibration_error(bin_gaps(*labelled.confidence()), len(labelled.labels))
