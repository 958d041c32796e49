"""The stage init: a checkpoint's encoder as a SqueezeBERT with the recipe's groups."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint import Checkpoint, load_checkpoint
from edgebert.text import TokenizerConfig, WordPieceTokenizer
from edgebert.training.convolution import batch_convolutions
from edgebert.training.recipe import InitStage
from edgebert.training.regrouping import groups_settings, regroup_encoder

if TYPE_CHECKING:
    from transformers import SqueezeBertConfig, SqueezeBertModel

_POOLER = "pooler."


@dataclass(frozen=True)
class Start:
    """What a training run starts from.

    Attributes:
        checkpoint: as it was loaded; a BERT as a SqueezeBERT with one group.
        encoder: with the recipe's groups.
        tokenizer: the checkpoint's.

    """

    checkpoint: Checkpoint
    encoder: SqueezeBertModel
    tokenizer: WordPieceTokenizer


def load_start(stage: InitStage, place: str, max_length: int) -> Start:
    """Load the checkpoint of the stage init, and make the encoder that is trained.

    The encoder is built by transformers, so that what is trained is what its checkpoint gives when
    it is loaded again. A pooler that the checkpoint lacks is new, drawn by PyTorch's generator.

    Args:
        stage: the recipe's stage.
        place: the checkpoint's folder or hub id.
        max_length: the recipe's longest input in tokens.

    Raises:
        EdgebertError: a wrong checkpoint, groups that do not divide its widths, or inputs longer
            than it takes.

    """
    from transformers import SqueezeBertModel

    checkpoint = load_checkpoint(place, "feature-extraction", revision=stage.revision)
    if max_length > checkpoint.max_length:
        raise EdgebertError(
            f"max_length is {max_length}, expected {checkpoint.max_length} at most, which is as "
            f"many tokens as {checkpoint.source} takes"
        )
    source: Any = checkpoint.model.config
    config: Any = copy.deepcopy(source)
    config.architectures = None
    if stage.groups is not None:
        for name, groups in groups_settings(config, stage.groups).items():
            setattr(config, name, groups)
    tensors = dict(checkpoint.model.state_dict())
    if _lacks_pooler(tensors):
        tensors = {name: value for name, value in tensors.items() if not name.startswith(_POOLER)}
    encoder = SqueezeBertModel(config)
    encoder.load_state_dict(regroup_encoder(tensors, source, config), strict=False)
    batch_convolutions(encoder)
    tokenizer = WordPieceTokenizer(checkpoint.vocabulary, checkpoint.tokenizer)
    _check_tokenizer(checkpoint)
    return Start(checkpoint, encoder, tokenizer)


def load_teacher(source: str, start: Checkpoint, config: SqueezeBertConfig) -> SqueezeBertModel:
    """Load an encoder to learn from, in eval mode.

    Args:
        source: a folder or a hub id.
        start: the student's checkpoint, whose vocabulary it must share.
        config: the student's, whose sizes it must share.

    Raises:
        EdgebertError: a wrong checkpoint, or one that does not fit the student.

    """
    teacher = load_checkpoint(source, "feature-extraction")
    if (teacher.vocabulary, teacher.tokenizer) != (start.vocabulary, start.tokenizer):
        raise EdgebertError(
            f"distil.teacher {source}: its tokenizer is another than that of {start.source}; "
            "teacher and student must read the same tokens"
        )
    for name in ("hidden_size", "num_hidden_layers", "num_attention_heads"):
        found, expected = getattr(teacher.model.config, name), getattr(config, name)
        if found != expected:
            raise EdgebertError(
                f"distil.teacher {source}: {name} is {found}, but the student's is {expected}; "
                "hidden states are compared layer by layer"
            )
    prepared: SqueezeBertModel = prepared_teacher(teacher.model)
    return prepared


def prepared_teacher(model: Any) -> Any:
    """Make a loaded model ready to be a teacher: fast, in eval mode, without gradients."""
    batch_convolutions(model)
    model.eval()
    return model.requires_grad_(False)


def reset_pooler(encoder: Any) -> None:
    """Make the pooler the identity before its tanh, so that it passes on what the encoder says."""
    with torch.no_grad():
        nn.init.eye_(encoder.pooler.dense.weight)
        nn.init.zeros_(encoder.pooler.dense.bias)


def set_dropout(model: nn.Module, probability: float) -> None:
    """Give every dropout of a SqueezeBERT a probability, and its config the same."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = probability
    config: Any = model.config
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = probability


def _lacks_pooler(tensors: dict[str, Tensor]) -> bool:
    return not any(bool(tensors[f"{_POOLER}dense.{name}"].any()) for name in ("weight", "bias"))


def _check_tokenizer(checkpoint: Checkpoint) -> None:
    """Refuse settings that vocab.txt and tokenizer_config.json cannot say."""
    for name in ("max_word_chars", "subword_prefix"):
        found, usual = getattr(checkpoint.tokenizer, name), getattr(TokenizerConfig(), name)
        if found != usual:
            raise EdgebertError(
                f"{checkpoint.source}: its tokenizer has {name} {found!r}, expected {usual!r} as "
                "in BERT"
            )
