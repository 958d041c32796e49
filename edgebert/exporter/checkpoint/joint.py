"""A SqueezeBERT that names the intent of a text and its slots in one pass.

transformers has no such class, so it stands here: the encoder under its usual tensor names
(`transformer.*`), one linear layer on the mean of the tokens (`intent_classifier.*`) and one on
every token (`slot_classifier.*`). `save_pretrained` writes a normal checkpoint folder whose
config.json has `id2label` for the intents and `slot_id2label` for the slots' BIO tags. Weights
need no code of the checkpoint to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import SqueezeBertConfig, SqueezeBertModel, SqueezeBertPreTrainedModel
from transformers.utils.generic import ModelOutput

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint.config import label_settings, slot_settings


@dataclass
class IntentAndSlotsOutput(ModelOutput):
    """What the joint model computes.

    Attributes:
        intent_logits: float32 [texts, intents].
        slot_logits: float32 [texts, tokens, tags].

    """

    intent_logits: Tensor | None = None
    slot_logits: Tensor | None = None


class SqueezeBertForIntentAndSlots(SqueezeBertPreTrainedModel):  # type: ignore[no-untyped-call]
    """The encoder with an intent classifier on the mean token and a slot classifier a token."""

    def __init__(self, config: SqueezeBertConfig) -> None:
        super().__init__(config)
        self.transformer = SqueezeBertModel(config)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)
        self.intent_classifier = nn.Linear(config.hidden_size, len(intent_labels(config)))
        self.slot_classifier = nn.Linear(config.hidden_size, len(slot_labels(config)))
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        **_: Any,
    ) -> IntentAndSlotsOutput:
        """Run a batch of texts.

        Args:
            input_ids: int64 [texts, tokens].
            attention_mask: [texts, tokens], 1 for valid tokens and 0 for padding; by default all
                are valid.
            token_type_ids: int64 [texts, tokens]; by default zeros.

        """
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        states = self.transformer(
            input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        valid = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * valid).sum(dim=1) / valid.sum(dim=1)
        return IntentAndSlotsOutput(
            intent_logits=self.intent_classifier(self.dropout(mean)),
            slot_logits=self.slot_classifier(self.dropout(states)),
        )


def with_labels(
    config: SqueezeBertConfig, intents: Sequence[str], slot_tags: Sequence[str]
) -> SqueezeBertConfig:
    """Return a copy of a config for this model.

    Args:
        config: sizes and groups of the encoder.
        intents: the intents in id order.
        slot_tags: the BIO tags in id order.

    """
    settings = config.to_dict()
    for name in ("architectures", "model_type", "transformers_version", "dtype", "num_labels"):
        settings.pop(name, None)
    return SqueezeBertConfig(**settings | label_settings(intents) | slot_settings(slot_tags))


def intent_labels(config: SqueezeBertConfig) -> tuple[str, ...]:
    """Return the intents in id order."""
    names: dict[Any, str] = config.id2label or {}
    return tuple(names[index] for index in range(len(names)))


def slot_labels(config: SqueezeBertConfig) -> tuple[str, ...]:
    """Return the BIO tags in id order.

    Raises:
        EdgebertError: the config names none, or their ids have gaps.

    """
    names = getattr(config, "slot_id2label", None)
    ids = [str(index) for index in range(len(names or ()))]
    if not isinstance(names, dict) or not names or set(map(str, names)) != set(ids):
        raise EdgebertError(
            "config.json: slot_id2label must give a tag to every id from 0 on, without a gap"
        )
    by_id = {str(index): str(tag) for index, tag in names.items()}
    return tuple(by_id[index] for index in ids)
