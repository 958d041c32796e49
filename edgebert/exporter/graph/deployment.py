"""The deployment graph: SqueezeBERT rewritten once, exactly, into the shape ARM kernels like."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from edgebert.bundle.manifest import (
    FEATURE_EXTRACTION,
    FILL_MASK,
    INTENT_AND_SLOTS,
    MULTIPLE_CHOICE,
    QUESTION_ANSWERING,
    TEXT_CLASSIFICATION,
    TOKEN_CLASSIFICATION,
    Pooling,
)
from edgebert.exporter.checkpoint import Checkpoint
from edgebert.exporter.graph import heads
from edgebert.exporter.graph.layers import Embeddings, EncoderLayer
from edgebert.tasks import PAIR_TASKS

# What is added to the attention scores of padding. Large enough that exp() of it vanishes beside
# any valid score, small enough that it never widens a range that something observes.
MASK_PENALTY = -100.0


class DeploymentGraph(nn.Module):
    """The encoder and its head, for one text at a time, [tokens, channels] inside.

    Attributes:
        input_names: the inputs in order, each int32 [1, tokens].
        outputs: the outputs in order, as a manifest describes them.
        output_names: their names.
        max_length: the longest input in tokens that there are position rows for.
        least_logit: with several labels a text, the logit from which on a label is in the answer.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        max_length: int | None = None,
        label_threshold: float | None = None,
    ) -> None:
        super().__init__()
        model: Any = checkpoint.model
        config = model.config
        encoder = getattr(model, "transformer", model)
        # Only graphs for pairs of texts take token_type_ids.
        pairs = checkpoint.task in PAIR_TASKS and config.type_vocab_size > 1
        self.max_length = max_length or config.max_position_embeddings
        self.embeddings = Embeddings(encoder.embeddings, self.max_length, token_types=pairs)
        head, sources = build_head(checkpoint), encoder.encoder.layers
        self.layers = nn.ModuleList(
            EncoderLayer(source, head.first_token_only and source is sources[-1])
            for source in sources
        )
        self.head = head
        types = ("token_type_ids",) if pairs else ()
        self.input_names: tuple[str, ...] = ("input_ids", "attention_mask", *types)
        self.outputs = self.head.outputs
        self.output_names = tuple(output.name for output in self.outputs)
        self.least_logit = (
            None if label_threshold is None else math.log(label_threshold / (1 - label_threshold))
        )

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        """Run one text.

        Args:
            input_ids: int32 [1, tokens].
            attention_mask: int32 [1, tokens], 1 for valid tokens, 0 for padding.
            token_type_ids: int32 [1, tokens], for graphs that take it.

        Returns:
            The head's outputs, in the order of ``outputs``.
        """
        valid, mask = masks(attention_mask)
        x = self.embeddings(input_ids, token_type_ids)
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(x, valid)  # type: ignore[no-any-return]

    def sites(self) -> dict[str, nn.Linear]:
        """Return the linears by site name, layer by layer."""
        linears = {site: self.get_submodule(path) for site, path in self.site_paths().items()}
        return {site: linear for site, linear in linears.items() if isinstance(linear, nn.Linear)}

    def site_paths(self) -> dict[str, str]:
        """Return the module path of each linear by site name."""
        return {
            site_name(path): path
            for path, module in self.named_modules()
            if isinstance(module, nn.Linear)
        }


def masks(attention_mask: Tensor) -> tuple[Tensor, Tensor]:
    """Return what the head and the layers take of an attention mask int32 [1, tokens].

    Returns:
        Validity float32 [1, tokens], and what is added to attention scores, float32 [1, 1, tokens].
    """
    valid = attention_mask.to(torch.float32)
    return valid, ((1.0 - valid) * MASK_PENALTY).unsqueeze(0)


def site_name(module_name: str) -> str:
    """Shorten a linear's module path to its site.

    ``layers.0.ffn.down.groups.1`` is the site ``layers.0.ffn.down.1``, and stays that site when its
    outlier channels are split off and the module moves to ``layers.0.ffn.down.groups.1.main``.
    """
    return module_name.replace(".groups.", ".").removesuffix(".main")


def build_head(checkpoint: Checkpoint) -> heads.Head:
    """Build the head for the checkpoint's task (and pooling, for feature extraction)."""
    model: Any = checkpoint.model
    if checkpoint.task == FEATURE_EXTRACTION:
        by_pooling: dict[Pooling, Callable[[], heads.Head]] = {
            "none": heads.TokenStates,
            "mean": heads.MeanPooling,
            "cls": heads.FirstToken,
            "pooler": lambda: heads.Pooler(model.pooler),
        }
        return by_pooling[checkpoint.pooling]()
    by_task: dict[str, Callable[[], heads.Head]] = {
        FILL_MASK: lambda: heads.MaskedLanguageModel(model.cls.predictions),
        TEXT_CLASSIFICATION: lambda: heads.SequenceClassifier(
            model.transformer.pooler, model.classifier
        ),
        MULTIPLE_CHOICE: lambda: heads.SequenceClassifier(
            model.transformer.pooler, model.classifier
        ),
        TOKEN_CLASSIFICATION: lambda: heads.TokenClassifier(model.classifier),
        QUESTION_ANSWERING: lambda: heads.SpanClassifier(model.qa_outputs),
        INTENT_AND_SLOTS: lambda: heads.IntentAndSlotClassifier(
            model.intent_classifier, model.slot_classifier
        ),
    }
    return by_task[checkpoint.task]()
