"""What the trainer needs to know of a task, and the model that a task trains."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from edgebert.evaluation.rows import Row
from edgebert.training.features import Example

if TYPE_CHECKING:
    from transformers import PreTrainedModel, SqueezeBertConfig

Logits = Mapping[str, NDArray[np.float32]]
"""One run's logits by output: float32 [labels], or [tokens, labels], or for spans [tokens]."""


class TrainingTask(Protocol):
    """A kind of label, from a row to a figure.

    Attributes:
        per_token: the names of the outputs that have a row for each token.

    """

    per_token: frozenset[str]

    def example(self, row: Row) -> Example:
        """Make the features of a row.

        Raises:
            EdgebertError: names the row, what was found and what was expected.

        """
        ...

    def unlabelled(self, text: str) -> Example:
        """Make the features of a text whose targets nobody knows.

        Raises:
            EdgebertError: the task's input is more than a text.

        """
        ...

    def build(self, config: SqueezeBertConfig) -> PreTrainedModel:
        """Build a model with new weights.

        Args:
            config: of the encoder.

        """
        ...

    def logits(self, output: Any) -> dict[str, Tensor]:
        """Name the logits in what the model returned.

        Each is [rows, labels], or [rows, tokens, labels]; for spans [rows, tokens].
        """
        ...

    def predict(self, logits: Logits) -> Any:
        """Say what one run's logits, without padding, mean; kept until all rows are done."""
        ...

    def metrics(
        self, examples: Sequence[Example], predictions: Sequence[Sequence[Any]]
    ) -> dict[str, float]:
        """Return the figures of all rows, 0 to 1, the main one first.

        Args:
            examples: the rows.
            predictions: for each row, what `predict` made of each of its features.

        """
        ...


def labelled_config(config: SqueezeBertConfig, labels: Sequence[str]) -> SqueezeBertConfig:
    """Return a copy of a config with label names."""
    labelled = copy.deepcopy(config)
    labelled.id2label = dict(enumerate(labels))
    labelled.label2id = {label: index for index, label in enumerate(labels)}
    return labelled
