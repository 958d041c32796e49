"""The SqueezeBERT module of a checkpoint, every parameter from the stored weights."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from edgebert.bundle.manifest import (
    FILL_MASK,
    INTENT_AND_SLOTS,
    MULTIPLE_CHOICE,
    QUESTION_ANSWERING,
    TEXT_CLASSIFICATION,
)
from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint.architecture import module_class
from edgebert.exporter.checkpoint.config import ModelConfig
from edgebert.exporter.checkpoint.conversion import (
    base_prefix,
    linears_as_convolutions,
    squeezebert_name,
)
from edgebert.exporter.checkpoint.weights import Weights, same_tensor
from edgebert.exporter.quiet import quiet

if TYPE_CHECKING:
    from transformers import PreTrainedModel, SqueezeBertConfig

_DTYPES = (torch.float32, torch.float16, torch.bfloat16, torch.float64)
_HEADS = ("cls.", "classifier.", "qa_outputs.", "intent_classifier.", "slot_classifier.")
_BUFFERS = ("embeddings.position_ids", "embeddings.token_type_ids")
_POOLER = "pooler."
_POOLER_TASKS = (TEXT_CLASSIFICATION, MULTIPLE_CHOICE)
_WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"
_DECODER = "cls.predictions.decoder"
_DECODER_BIAS = "cls.predictions.bias"
# In transformers' modules with a head, what precedes the base model's parameter names.
_MODULE_PREFIX = "transformer."


def build_module(
    config: ModelConfig, weights: Weights, task: str, *, needs_pooler: bool
) -> PreTrainedModel:
    """Build the SqueezeBERT module of a task and fill every parameter from the weights.

    Args:
        config: The checked config; its `squeezebert` is the module's.
        weights: The stored tensors, in any floating-point dtype.
        task: One of `TASKS`.
        needs_pooler: Whether feature extraction uses the pooler. A pooler that no output depends
            on may be missing (BERT's token heads have none): its parameters are then zeros.

    Returns:
        The module in eval mode, float32, without gradients.

    Raises:
        EdgebertError: a tensor is missing, has another shape, holds NaN or infinity, or belongs
            to nothing that is known; or the head's rows are not as many as the labels.

    """
    stored = _squeezebert_tensors(config, weights)
    _check_label_rows(config, weights, stored)
    module_config = copy.deepcopy(config.squeezebert)
    if task == FILL_MASK:
        stored = _with_decoder(stored, tied=module_config.tie_word_embeddings)
        module_config.tie_word_embeddings = _is_tied(stored)
    if task == QUESTION_ANSWERING:
        module_config.num_labels = 2  # the start and the end, whatever the config says
    expected = _expected_shapes(task, module_config, stored)
    if config.architecture.family == "bert":
        stored = linears_as_convolutions(
            stored, {name: len(shape) for name, shape in expected.items()}
        )
    if not needs_pooler and task not in _POOLER_TASKS:
        stored = _with_zeros(stored, {k: v for k, v in expected.items() if k.startswith(_POOLER)})
    _check_names(weights, stored, expected, task)
    _check_values(config, weights, stored, expected, task)
    with torch.random.fork_rng(devices=[]):  # the random parameters are all replaced below
        model: PreTrainedModel = _class_for(task)(module_config)
    model.load_state_dict(
        {name: stored[name.removeprefix(_MODULE_PREFIX)] for name in model.state_dict()}
    )
    if config.architecture.family == "bert":
        _set_layer_norm_eps(model, config.squeezebert.layer_norm_eps)
    model.eval()  # type: ignore[no-untyped-call]
    return model.requires_grad_(False)


def _expected_shapes(
    task: str, config: SqueezeBertConfig, stored: Mapping[str, Tensor]
) -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor of a module by its base model's name.

    Nothing is allocated: sizes in a config that are not those of the weights may be of any size.
    """
    numbers = (re.match(r"encoder\.layers\.(\d+)\.", name) for name in stored)
    layers = 1 + max((int(found[1]) for found in numbers if found), default=-1)
    config = copy.deepcopy(config)
    # One layer more than there are is enough to find that it is missing.
    config.num_hidden_layers = min(config.num_hidden_layers, layers + 1)
    with torch.device("meta"):
        module = _class_for(task)(config)
    return {
        name.removeprefix(_MODULE_PREFIX): tuple(tensor.shape)
        for name, tensor in module.state_dict().items()
    }


def _class_for(task: str) -> Any:
    """Import a task's class; what transformers' optional packages log meanwhile is kept back."""
    with quiet():
        if task == INTENT_AND_SLOTS:
            from edgebert.exporter.checkpoint.joint import SqueezeBertForIntentAndSlots

            return SqueezeBertForIntentAndSlots
        import transformers

        return getattr(transformers, module_class(task))


def _squeezebert_tensors(config: ModelConfig, weights: Weights) -> dict[str, Tensor]:
    """Return the stored tensors under SqueezeBertModel's names, without integer buffers."""
    prefix = base_prefix(weights.tensors)
    if prefix is None:
        raise EdgebertError(
            f"{weights.path}: holds no {_WORD_EMBEDDINGS}; these are not the weights of "
            f"{config.architecture.name}, which {config.path.name} names"
        )
    tensors: dict[str, Tensor] = {}
    for stored_name, tensor in weights.tensors.items():
        name = squeezebert_name(stored_name, prefix, config.architecture.family)
        if name in _BUFFERS:
            continue
        if name in tensors:
            raise EdgebertError(f"{weights.path}: holds {name} twice, the second as {stored_name}")
        tensors[name] = tensor
    return tensors


def _check_label_rows(config: ModelConfig, weights: Weights, stored: Mapping[str, Tensor]) -> None:
    """Check that there is a name for every row of a classifier, where the task has labels."""
    for head, labels, field in (
        ("classifier.weight", config.labels, "id2label"),
        ("intent_classifier.weight", config.labels, "id2label"),
        ("slot_classifier.weight", config.slot_labels, "slot_id2label"),
    ):
        if labels and head in stored and stored[head].shape[0] != len(labels):
            raise EdgebertError(
                f"{weights.path}: {head} has {stored[head].shape[0]} rows, but {config.path.name} "
                f"names {len(labels)} labels; its {field} must name every row"
            )


def _with_decoder(stored: Mapping[str, Tensor], *, tied: bool) -> dict[str, Tensor]:
    """Add the masked-LM decoder's tensors that a file leaves out because they are tied."""
    tensors = dict(stored)
    if tied:
        tensors.setdefault(f"{_DECODER}.weight", stored[_WORD_EMBEDDINGS])
    # transformers keeps the bias under two names and computes with the decoder's.
    bias = stored.get(f"{_DECODER}.bias", stored.get(_DECODER_BIAS))
    if bias is not None:
        tensors[f"{_DECODER}.bias"] = tensors[_DECODER_BIAS] = bias
    return tensors


def _is_tied(stored: Mapping[str, Tensor]) -> bool:
    decoder = stored.get(f"{_DECODER}.weight")
    return decoder is not None and same_tensor(decoder, stored[_WORD_EMBEDDINGS])


def _with_zeros(
    stored: Mapping[str, Tensor], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, Tensor]:
    """Add zeros for the tensors of these shapes that are not stored."""
    return {**{name: torch.zeros(shape) for name, shape in shapes.items()}, **stored}


def _check_names(
    weights: Weights,
    stored: Mapping[str, Tensor],
    expected: Mapping[str, tuple[int, ...]],
    task: str,
) -> None:
    missing = sorted(set(expected) - set(stored))
    if missing and missing[0].startswith((*_HEADS, _POOLER)):
        raise EdgebertError(
            f"{weights.path}: a head without weights: {missing[0]} is missing; {task} needs it, "
            "pass a checkpoint that was trained with this head"
        )
    if missing:
        raise EdgebertError(
            f"{weights.path}: {len(missing)} tensors that config.json asks for are missing, the "
            f"first is {missing[0]}; the weights and the config are not of one model"
        )
    unknown = sorted(name for name in set(stored) - set(expected) if not name.startswith(_HEADS))
    if unknown:
        raise EdgebertError(
            f"{weights.path}: holds {len(unknown)} tensors that the model has no place for, the "
            f"first is {unknown[0]}; the weights and the config are not of one model"
        )


def _check_values(
    config: ModelConfig,
    weights: Weights,
    stored: Mapping[str, Tensor],
    expected: Mapping[str, tuple[int, ...]],
    task: str,
) -> None:
    for name, shape in expected.items():
        tensor = stored[name]
        if tuple(tensor.shape) != shape:
            raise EdgebertError(
                f"{weights.path}: {name} has the shape {tuple(tensor.shape)}, but {task} with the "
                f"sizes in {config.path.name} needs {shape}"
            )
        if tensor.dtype not in _DTYPES:
            raise EdgebertError(
                f"{weights.path}: {name} is stored as {tensor.dtype}, expected one of "
                f"{', '.join(map(str, _DTYPES))}"
            )
        if not torch.isfinite(tensor).all():
            raise EdgebertError(f"{weights.path}: {name} holds NaN or infinity; training diverged")


def _set_layer_norm_eps(model: PreTrainedModel, eps: float) -> None:
    """Give every LayerNorm BERT's epsilon.

    transformers' SqueezeBERT passes `layer_norm_eps` only to the LayerNorms outside of its layers
    and leaves 1e-12 inside, so a converted BERT with another epsilon needs it set afterwards.
    """
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.eps = eps
