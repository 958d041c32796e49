"""Rows as what a model is trained on: token ids with their targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgebert.text import Encoding

# What PyTorch's cross entropy leaves out.
IGNORED = -100
# Where nobody knows the target: left out of the labels' loss, but not of a teacher's.
UNLABELLED = -101

Target = int | NDArray[np.int64]
"""The target of one output: an id, or for an output a token int64 [tokens]."""


@dataclass(frozen=True)
class Feature:
    """One run of the model.

    Attributes:
        input_ids: int32 [tokens].
        token_type_ids: int32 [tokens].
        targets: by the name of the output; none where a text is only looked at.

    """

    input_ids: NDArray[np.int32]
    token_type_ids: NDArray[np.int32]
    targets: Mapping[str, Target] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.input_ids)


@dataclass(frozen=True)
class Example:
    """One row.

    Attributes:
        features: one for each run of the model that the row takes.
        expected: what the task's metrics compare the predictions with.

    """

    features: tuple[Feature, ...]
    expected: Any


def feature(encoding: Encoding, targets: Mapping[str, Target] | None = None) -> Feature:
    """Make the feature of an encoding."""
    return Feature(
        np.asarray(encoding.input_ids, np.int32),
        np.asarray(encoding.token_type_ids, np.int32),
        targets or {},
    )
