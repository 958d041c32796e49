"""How far a classifier's confidence is from how often it is right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgebert.tasks.scores import softmax

BINS = 15


@dataclass(frozen=True)
class LabelledLogits:
    """What a model says of texts or tokens whose labels are known.

    Attributes:
        logits: float32 [n, labels].
        labels: the right labels' ids, int64 [n].

    """

    logits: NDArray[np.floating]
    labels: NDArray[np.int64]

    def confidence(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the largest probability of each, [n], and whether its label is the right one."""
        probabilities = softmax(self.logits)
        return probabilities.max(axis=-1), probabilities.argmax(axis=-1) == self.labels


def bin_gaps(
    confidence: NDArray[np.float64], right: NDArray[np.bool_] | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return for each of 15 bins of confidence by how many answers it is too sure.

    The bins are (0, 1/15], (1/15, 2/15] to (14/15, 1].

    Args:
        confidence: the largest probability of each answer, [n].
        right: 1 for an answer that is right, 0 for the others, [n].

    Returns:
        float64 [15]: the sum of the confidences less the number of right answers; negative where
        the model is not sure enough. Those of several sets of answers may be added up.

    """
    bins = np.clip(np.ceil(confidence * BINS) - 1, 0, BINS - 1).astype(np.int64)
    gaps: NDArray[np.float64] = np.zeros(BINS)
    np.add.at(gaps, bins, confidence - right)
    return gaps


def calibration_error(gaps: NDArray[np.float64], answers: float) -> float:
    """Return the expected calibration error (ECE) of the top label, 0 to 1.

    That is the difference of mean confidence and accuracy in each bin of confidence, weighted by
    the share of answers in it: Guo et al. 2017, "On Calibration of Modern Neural Networks",
    section 2, with their 15 bins of equal width. The share times the difference of means is the
    gap of `bin_gaps` over the number of all answers.

    Args:
        gaps: of all answers, [15].
        answers: how many there are.

    Returns:
        The error; not a number where there are no answers.

    """
    return float(np.abs(gaps).sum() / answers) if answers else float("nan")
