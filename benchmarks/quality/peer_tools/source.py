"""What every peer starts from: the checkpoint's own module, and the texts to calibrate on."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from edgebert.exporter.encoding import TextInputs, has_tokens
from edgebert.exporter.graph.deployment import MASK_PENALTY
from edgebert.exporter.preparation import prepare
from edgebert.exporter.recipe import Recipe
from edgebert.progress import silent
from edgebert.text import Encoding

# Longer texts are cut; tools that want one fixed length get inputs padded to this, if no other
# length is asked for.
LENGTH = 64


class OwnModule(nn.Module):
    """transformers' module as exporters take it: arrays in, a tuple of arrays out."""

    def __init__(self, model: nn.Module, output_names: tuple[str, ...]) -> None:
        super().__init__()
        self.model = model
        self.output_names = output_names

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        """Run texts, each input int32 [texts, tokens]."""
        found = self.model(input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return tuple(found[name] for name in self.output_names)


class BoundedMask(nn.Module):
    """An encoder that is given the mask as what to add to the scores, of a moderate size.

    transformers itself adds the lowest float32 to the scores of padding, and makes it with index
    tensors. It takes masks of four dimensions as they are.
    """

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **others: Any) -> Any:
        """Run texts; the mask is 1 for valid tokens, [texts, tokens]."""
        added = (1.0 - attention_mask[:, None, None, :].float()) * MASK_PENALTY
        return self.encoder(input_ids, attention_mask=added, **others)


@dataclass(frozen=True)
class Source:
    """A checkpoint for the peers.

    Attributes:
        checkpoint: its folder.
        folder: for its artifacts, and files that several of them are made of.
        module: transformers' module, fp32.
        inputs: makes its inputs of texts.
        output_names: the names of its outputs.
        labels: the checkpoint's, in id order.
        slot_labels: the tags of its slots in id order, if it has some.
        texts: those to calibrate on.

    """

    checkpoint: Path
    folder: Path
    module: nn.Module
    inputs: TextInputs
    output_names: tuple[str, ...]
    labels: tuple[str, ...]
    slot_labels: tuple[str, ...]
    texts: tuple[Encoding, ...]

    def own_module(self, *, bounded_mask: bool = False) -> OwnModule:
        """Return the module to convert.

        Args:
            bounded_mask: add MASK_PENALTY to the scores of padding, not the lowest float32.

        """
        model: Any = self.module
        if bounded_mask:
            model = copy.deepcopy(model)
            name = model.base_model_prefix  # "transformer" of SqueezeBERT, "bert" of BERT
            setattr(model, name, BoundedMask(getattr(model, name)))
        return OwnModule(model, self.output_names).eval()

    def sample(self) -> dict[str, Tensor]:
        """Return inputs of the full length by name, each int32 [1, tokens], all ones."""
        ones = torch.ones(1, self.inputs.max_length, dtype=torch.int32)
        return {name: ones.clone() for name in self.inputs.input_names}

    def calibration(self, *, padded: bool) -> Iterator[dict[str, Tensor]]:
        """Yield the inputs of each text to calibrate on, as long as it is or at full length."""
        for encoding in self.texts:
            tensors = self.inputs.tensors(encoding, self.inputs.max_length if padded else None)
            yield dict(zip(self.inputs.input_names, tensors, strict=True))


def open_source(
    checkpoint: Path, task: str, calibration: Path, artifacts: Path, *, length: int = LENGTH
) -> Source:
    """Load a checkpoint, with the texts that edgebert's own export draws from the same file.

    Args:
        checkpoint: its folder.
        task: by transformers' name.
        calibration: the file of texts.
        artifacts: where there is a folder for each checkpoint.
        length: of the longest inputs in tokens, as far as the checkpoint has positions.

    """
    recipe = Recipe(
        checkpoint=str(checkpoint),
        task=task,
        calibration=str(calibration),
        modes=("dynamic",),  # nothing is calibrated here
    )
    prepared = prepare(recipe, silent)
    folder = artifacts / f"{checkpoint.name}-{prepared.checkpoint.sha256[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    longest = min(length, prepared.inputs.max_length)
    names = prepared.graph.input_names
    inputs = TextInputs(prepared.inputs.tokenizer, names, longest)
    encodings = (inputs.encode(sample) for sample in prepared.texts.calibration)
    return Source(
        checkpoint=checkpoint,
        folder=folder,
        module=prepared.checkpoint.model,
        inputs=inputs,
        output_names=prepared.graph.output_names,
        labels=prepared.checkpoint.labels,
        slot_labels=prepared.checkpoint.slot_labels,
        texts=tuple(encoding for encoding in encodings if has_tokens(encoding)),
    )
