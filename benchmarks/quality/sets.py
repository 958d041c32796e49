"""The data sets that the project trains checkpoints for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainedSet:
    """A data set and how its checkpoint is used.

    Attributes:
        name: of the folders of the data and of the checkpoint.
        title: for the table.
        task: the model's.
        out_of_scope: the label of rows that belong to none of the others, if there is one.

    """

    name: str
    title: str
    task: str
    out_of_scope: str | None = None

    @property
    def own(self) -> list[str]:
        """The labels out of scope as arguments take them."""
        return [] if self.out_of_scope is None else [self.out_of_scope]


SETS = (
    TrainedSet("assistant", "HWU64 and out of scope", "intent-and-slots", "out of scope"),
    TrainedSet("clinc150", "CLINC150", "text-classification", "out of scope"),
    TrainedSet("snips", "SNIPS", "intent-and-slots"),
)
