"""From logits to ranked scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgebert.engines.session import Float32Array
from edgebert.errors import EdgebertError


@dataclass(frozen=True)
class LabelScore:
    """A label and how sure the model is of it.

    Attributes:
        label: its name.
        score: its probability; for a model with one label the raw output of the regression.

    """

    label: str
    score: float


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Map logits to probabilities along the last axis; the shape stays."""
    wide = logits.astype(np.float64)
    exponentials = np.exp(wide - wide.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float64] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities


def sigmoid(logits: Float32Array) -> NDArray[np.float64]:
    """Map logits to probabilities, each on its own; the shape stays."""
    wide = logits.astype(np.float64)
    small = np.exp(-np.abs(wide))  # at most 1, so nothing overflows
    probabilities: NDArray[np.float64] = np.where(wide >= 0, 1.0, small) / (1.0 + small)
    return probabilities


def best_first(scores: NDArray[np.floating], count: int) -> list[int]:
    """Rank scores [n]: the indices of the `count` highest, lower index first among equals."""
    count = min(count, len(scores))
    if count <= 0:
        return []
    # A vocabulary is long: find the lowest score to keep before sorting the few above it.
    threshold = np.partition(scores, len(scores) - count)[len(scores) - count]
    candidates = np.flatnonzero(scores >= threshold)
    order = np.argsort(-scores[candidates], kind="stable")[:count]
    return [int(index) for index in candidates[order]]


def rank_labels(
    labels: Sequence[str], scores: NDArray[np.floating], count: int
) -> tuple[LabelScore, ...]:
    """Return the `count` labels with the highest scores, best first.

    Args:
        labels: their names in id order.
        scores: [labels].
        count: how many to return at most.

    """
    return tuple(
        LabelScore(labels[index], float(scores[index])) for index in best_first(scores, count)
    )


def check_label_count(labels: Sequence[str], logits: Float32Array) -> None:
    """Raise EdgebertError unless the last axis of the logits has one entry a label."""
    if logits.shape[-1] != len(labels):
        raise EdgebertError(
            f"labels: the manifest names {len(labels)} but the model scores {logits.shape[-1]}; "
            "export the bundle again"
        )
