"""The files and checkpoints that a recipe names, found on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edgebert.bundle.hashing import sha256_of
from edgebert.errors import EdgebertError
from edgebert.exporter.recipe import PACKAGE_SCHEME, find_checkpoint
from edgebert.training.recipe import TrainingRecipe


@dataclass(frozen=True)
class DataFile:
    """A file of texts or rows.

    Attributes:
        name: as the recipe writes it.
        path: where it is.
        sha256: of its content, in hex.

    """

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Sources:
    """Everything a recipe names, found.

    Attributes:
        init: the checkpoint to start from: a folder or a hub id.
        distil_teacher: the teacher of the stage distil, None for that of init.
        task_teacher: the teacher of the stage task, if there is one.
        texts: the files of the stage distil.
        train: the files to train the task on.
        unlabelled: the files of texts that only the task's teacher labels.
        validation: the file to look at after every epoch, if there is a task.

    """

    init: str
    distil_teacher: str | None
    task_teacher: str | None
    texts: tuple[DataFile, ...]
    train: tuple[DataFile, ...]
    unlabelled: tuple[DataFile, ...]
    validation: DataFile | None

    @property
    def files(self) -> tuple[DataFile, ...]:
        """All data files."""
        validation = (self.validation,) if self.validation else ()
        return (*self.texts, *self.train, *self.unlabelled, *validation)


def find_sources(recipe: TrainingRecipe, folder: Path) -> Sources:
    """Find what a recipe names; paths are relative to the recipe's own folder.

    Args:
        recipe: the recipe.
        folder: the folder it lies in.

    Raises:
        EdgebertError: a file or a package is missing or cannot be read.

    """
    distil, task = recipe.distil, recipe.task
    return Sources(
        init=find_source(recipe.init.checkpoint, folder),
        distil_teacher=_optional(distil.teacher if distil else None, folder),
        task_teacher=_optional(task.teacher if task else None, folder),
        texts=tuple(_data_file(name, folder) for name in (distil.texts if distil else ())),
        train=tuple(_data_file(name, folder) for name in (task.train if task else ())),
        unlabelled=tuple(_data_file(name, folder) for name in (task.texts if task else ())),
        validation=_data_file(task.validation, folder) if task else None,
    )


def find_source(checkpoint: str, folder: Path) -> str:
    """Return the folder of a checkpoint where there is one, else the name as it is (a hub id)."""
    beside = folder / checkpoint
    if not checkpoint.startswith(PACKAGE_SCHEME) and beside.is_dir():
        return str(beside)
    return find_checkpoint(checkpoint)


def _optional(checkpoint: str | None, folder: Path) -> str | None:
    return None if checkpoint is None else find_source(checkpoint, folder)


def _data_file(name: str, folder: Path) -> DataFile:
    path = folder / name
    try:
        return DataFile(name, path, sha256_of(path))
    except OSError as error:
        raise EdgebertError(
            f"{path}: cannot be read ({error.strerror or error}), expected a data file that the "
            "recipe names; python -m edgebert.training.datasets writes those of export/training"
        ) from error
