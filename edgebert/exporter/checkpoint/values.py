"""What loading a checkpoint gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edgebert.bundle.manifest import Pooling
from edgebert.text import TokenizerConfig

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Checkpoint:
    """A loaded checkpoint, ready to become a deployment graph.

    Attributes:
        task: One of `edgebert.tasks.TASKS`.
        model: The SqueezeBERT module for the task, transformers' where it has one: float32, in
            eval mode, on the CPU, no parameter requiring a gradient. Where the checkpoint has no
            pooler and the task needs none, the pooler's parameters are zeros.
        labels: Label names in id order for text and token classification, and for intents and
            slots the intents; else empty.
        pooling: How feature extraction pools; "none" for every other task.
        normalize: Whether the pooled vector is scaled to length 1 (Euclidean).
        vocabulary: The tokens in id order.
        tokenizer: How the text is normalised and split.
        max_length: The most tokens an input may have, special tokens included.
        source: The hub id as it was given, or the folder's name without its path.
        architecture: The class that wrote the checkpoint, such as "BertForSequenceClassification".
        sha256: Hexadecimal SHA-256 of the stored weights; the same for a safetensors file and a
            .bin file with the same weights.
        license: The licence that the model card's header names, if any.
        slot_labels: For intents and slots the slots' tags in id order, else empty.
        multi_label: For text classification, whether a text may have several labels, or none.

    """

    task: str
    model: PreTrainedModel
    labels: tuple[str, ...]
    pooling: Pooling
    normalize: bool
    vocabulary: tuple[str, ...]
    tokenizer: TokenizerConfig
    max_length: int
    source: str
    architecture: str
    sha256: str
    license: str | None
    slot_labels: tuple[str, ...] = ()
    multi_label: bool = False
