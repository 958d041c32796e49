"""Which class wrote a checkpoint, and whether it fits the task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from edgebert.bundle.manifest import (
    FEATURE_EXTRACTION,
    FILL_MASK,
    INTENT_AND_SLOTS,
    MULTIPLE_CHOICE,
    QUESTION_ANSWERING,
    TEXT_CLASSIFICATION,
    TOKEN_CLASSIFICATION,
)
from edgebert.errors import EdgebertError

Family = Literal["squeezebert", "bert"]

_CLASS_ENDINGS = {
    FEATURE_EXTRACTION: "Model",
    FILL_MASK: "ForMaskedLM",
    TEXT_CLASSIFICATION: "ForSequenceClassification",
    MULTIPLE_CHOICE: "ForMultipleChoice",
    TOKEN_CLASSIFICATION: "ForTokenClassification",
    QUESTION_ANSWERING: "ForQuestionAnswering",
    INTENT_AND_SLOTS: "ForIntentAndSlots",
}
_CLASS_STARTS: dict[Family, str] = {"squeezebert": "SqueezeBert", "bert": "Bert"}


@dataclass(frozen=True)
class Architecture:
    """A class that wrote a checkpoint: one of transformers, or edgebert's own for two heads.

    Attributes:
        name: The class name, such as "BertForPreTraining".
        family: The model family, which says how the tensors are named and shaped.
        tasks: The tasks whose weights such a checkpoint holds.

    """

    name: str
    family: Family
    tasks: tuple[str, ...]


def _known_architectures() -> dict[str, Architecture]:
    known = {}
    for family, start in _CLASS_STARTS.items():
        for task, ending in _CLASS_ENDINGS.items():
            if (family, task) == ("bert", INTENT_AND_SLOTS):
                continue  # there is no such class; see joint.py for SqueezeBERT's
            tasks = tuple(dict.fromkeys((FEATURE_EXTRACTION, task)))
            known[start + ending] = Architecture(start + ending, family, tasks)
    tasks = (FEATURE_EXTRACTION, FILL_MASK)
    known["BertForPreTraining"] = Architecture("BertForPreTraining", "bert", tasks)
    return known


_ARCHITECTURES = _known_architectures()


def module_class(task: str) -> str:
    """Return the name of the SqueezeBERT class for a task of `TASKS`."""
    return _CLASS_STARTS["squeezebert"] + _CLASS_ENDINGS[task]


def find_architecture(settings: Mapping[str, Any], task: str, path: Path) -> Architecture:
    """Say which class wrote a checkpoint, from its config.json, and check that it fits the task.

    Where `architectures` is missing, the model type counts and the class is the one the task
    asks for: whether its head is there is then seen from the weights.

    Args:
        settings: The parsed config.json.
        task: One of `TASKS`.
        path: The config.json, for messages.

    Raises:
        EdgebertError: another architecture, or a class without the task's head.

    """
    family = settings.get("model_type")
    named = settings.get("architectures")
    if isinstance(named, list) and named and isinstance(named[0], str):
        architecture = _ARCHITECTURES.get(named[0])
        if architecture is None or family not in (None, architecture.family):
            found = named[0] if architecture is None else f"{named[0]} with model_type {family!r}"
            raise _unknown(path, f"architecture {found}", settings)
    elif family in _CLASS_STARTS:
        name = _CLASS_STARTS[family] + _CLASS_ENDINGS[task]
        if name not in _ARCHITECTURES:
            raise _unknown(path, f"model_type {family!r} for {task}", settings)
        return _ARCHITECTURES[name]
    else:
        raise _unknown(path, f"no architectures and model_type {family!r}", settings)
    if task not in architecture.tasks:
        raise EdgebertError(
            f"{path}: {architecture.name} has no head for {task}; it fits "
            f"{' or '.join(architecture.tasks)}, or pass a checkpoint fine-tuned for {task}"
        )
    return architecture


def _unknown(path: Path, found: str, settings: Mapping[str, Any]) -> EdgebertError:
    message = f"{path}: {found} is not supported; accepted are {', '.join(_ARCHITECTURES)}"
    if "auto_map" in settings:
        message += " (code that comes with a checkpoint is never run)"
    return EdgebertError(message)
