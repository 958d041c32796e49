"""A checkpoint's config.json as the config of a SqueezeBERT module, checked before it is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgebert.bundle.manifest import INTENT_AND_SLOTS, TEXT_CLASSIFICATION
from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint.architecture import Architecture, find_architecture
from edgebert.exporter.checkpoint.json_files import read_json_object
from edgebert.exporter.checkpoint.messages import one_line
from edgebert.tasks import LABELLED_TASKS

if TYPE_CHECKING:
    from transformers import SqueezeBertConfig

_SIZES = (
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "max_position_embeddings",
    "type_vocab_size",
)
# BERT's settings of these names have the same meaning and the same defaults.
_SHARED = (
    *_SIZES,
    "hidden_act",
    "layer_norm_eps",
    "pad_token_id",
    "hidden_dropout_prob",
    "attention_probs_dropout_prob",
    "tie_word_embeddings",
    "problem_type",
)
# The groups of each convolution must divide the widths on both of its sides.
_GROUPS = {
    "q_groups": ("hidden_size",),
    "k_groups": ("hidden_size",),
    "v_groups": ("hidden_size",),
    "post_attention_groups": ("hidden_size",),
    "intermediate_groups": ("hidden_size", "intermediate_size"),
    "output_groups": ("intermediate_size", "hidden_size"),
}


@dataclass(frozen=True)
class ModelConfig:
    """What a checkpoint's config.json says, checked.

    Attributes:
        path: The config.json, for messages.
        architecture: The class that wrote the checkpoint.
        squeezebert: The config of the module to build, groups 1 for a BERT.
        labels: The label names in id order; empty for a task without labels.
        slot_labels: The slots' tags in id order; empty for a task without slots.
        multi_label: Whether a text may have several of the labels, or none.

    """

    path: Path
    architecture: Architecture
    squeezebert: SqueezeBertConfig
    labels: tuple[str, ...]
    slot_labels: tuple[str, ...]
    multi_label: bool


def read_config(folder: Path, task: str) -> ModelConfig:
    """Read and check a checkpoint's config.json.

    Raises:
        EdgebertError: no config.json, another architecture, a class that does not fit the task, a
            variant that SqueezeBERT cannot express, or sizes that do not fit each other.

    """
    path = folder / "config.json"
    if not path.is_file():
        raise EdgebertError(
            f"{folder}: has no config.json; expected a folder as transformers' save_pretrained "
            "writes, with config.json, weights and tokenizer"
        )
    settings = read_json_object(path)
    architecture = find_architecture(settings, task, path)
    _check_variant(settings, path)
    labels = _label_names(settings, path) if task in LABELLED_TASKS else ()
    slots = _names_by_id(settings, "slot_id2label", path) if task == INTENT_AND_SLOTS else ()
    names = _SHARED if architecture.family == "bert" else (*_SHARED, "embedding_size", *_GROUPS)
    chosen = {name: settings[name] for name in names if name in settings}
    if architecture.family == "bert":
        chosen |= dict.fromkeys(_GROUPS, 1)
        chosen["embedding_size"] = settings.get("hidden_size", 768)
    config = _squeezebert_config(chosen, labels, slots, path)
    # As in transformers: the heads of other tasks take no notice of it.
    multi_label = (
        task == TEXT_CLASSIFICATION and settings.get("problem_type") == "multi_label_classification"
    )
    return ModelConfig(path, architecture, config, labels, slots, multi_label)


def label_settings(labels: Sequence[str]) -> dict[str, Any]:
    """Return the settings of a config that name the labels, which are given in id order."""
    return {
        "id2label": dict(enumerate(labels)),
        "label2id": {label: index for index, label in enumerate(labels)},
    }


def slot_settings(slot_tags: Sequence[str]) -> dict[str, Any]:
    """Return the settings of a config that name the slots' tags, which are given in id order."""
    return {
        # Keys as JSON has them: transformers turns only those of id2label into numbers.
        "slot_id2label": {str(index): tag for index, tag in enumerate(slot_tags)},
        "slot_label2id": {tag: index for index, tag in enumerate(slot_tags)},
    }


def _check_variant(settings: Mapping[str, Any], path: Path) -> None:
    """Refuse what a config may turn on and SqueezeBERT's graph does not have."""
    positions = settings.get("position_embedding_type")
    if positions not in (None, "absolute"):
        raise EdgebertError(
            f"{path}: position_embedding_type is {positions!r}; only 'absolute' is supported"
        )
    for name in ("is_decoder", "add_cross_attention", "is_encoder_decoder"):
        if settings.get(name):
            raise EdgebertError(f"{path}: {name} is true; only encoders are supported, no decoder")
    if settings.get("quantization_config"):
        raise EdgebertError(
            f"{path}: the weights are quantized already (quantization_config); "
            "pass the checkpoint with floating-point weights"
        )


def _squeezebert_config(
    chosen: Mapping[str, Any], labels: tuple[str, ...], slots: tuple[str, ...], path: Path
) -> SqueezeBertConfig:
    from transformers import SqueezeBertConfig
    from transformers.activations import ACT2FN

    names = (label_settings(labels) if labels else {}) | (slot_settings(slots) if slots else {})
    try:
        config = SqueezeBertConfig(**chosen, **names)
    except Exception as error:  # transformers validates with several exception types
        raise EdgebertError(f"{path}: a setting is not valid ({one_line(error)})") from error
    for name in (*_SIZES, *_GROUPS):
        if getattr(config, name) < 1:
            raise EdgebertError(f"{path}: {name} is {getattr(config, name)}; expected at least 1")
    if config.hidden_act not in ACT2FN:
        raise EdgebertError(
            f"{path}: unknown hidden_act {config.hidden_act!r}; expected one of {', '.join(ACT2FN)}"
        )
    if not 0 <= config.layer_norm_eps < 1:
        raise EdgebertError(f"{path}: layer_norm_eps is {config.layer_norm_eps}; expected 0 to 1")
    if config.pad_token_id is not None and not 0 <= config.pad_token_id < config.vocab_size:
        raise EdgebertError(
            f"{path}: pad_token_id is {config.pad_token_id}; expected an id below vocab_size "
            f"{config.vocab_size}"
        )
    _check_widths(config, path)
    return config


def _check_widths(config: SqueezeBertConfig, path: Path) -> None:
    if config.embedding_size != config.hidden_size:
        raise EdgebertError(
            f"{path}: embedding_size {config.embedding_size} differs from hidden_size "
            f"{config.hidden_size}; only equal sizes are supported"
        )
    if config.hidden_size % config.num_attention_heads:
        raise EdgebertError(
            f"{path}: {config.num_attention_heads} attention heads do not divide hidden_size "
            f"{config.hidden_size}"
        )
    for name, widths in _GROUPS.items():
        groups = getattr(config, name)
        for width in widths:
            if getattr(config, width) % groups:
                raise EdgebertError(
                    f"{path}: {name} {groups} does not divide {width} {getattr(config, width)}"
                )


def _label_names(settings: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    """Return the label names in id order, by transformers' rules.

    Without `id2label` the names are LABEL_0, LABEL_1, ... for `num_labels`, which is 2 by default.
    """
    if settings.get("id2label") is None:
        count = settings.get("num_labels", 2)
        if not isinstance(count, int) or count < 1:
            raise EdgebertError(f"{path}: num_labels is {count!r}; expected a number of at least 1")
        return tuple(f"LABEL_{index}" for index in range(count))
    return _names_by_id(settings, "id2label", path)


def _names_by_id(settings: Mapping[str, Any], field: str, path: Path) -> tuple[str, ...]:
    """Return the names in id order that a field gives to ids, whose keys are strings in JSON."""
    names = settings.get(field)
    if (
        not isinstance(names, dict)
        or not names
        or set(names) != {str(index) for index in range(len(names))}
    ):
        raise EdgebertError(
            f"{path}: {field} must give a name to every id from 0 on, without a gap"
        )
    return tuple(str(names[str(index)]) for index in range(len(names)))
