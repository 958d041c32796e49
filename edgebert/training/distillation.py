"""The stage distil: the student's hidden states and attention relations follow a teacher's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from edgebert.training.batches import FeatureDataset, sorted_batches
from edgebert.training.features import Feature
from edgebert.training.losses import hidden_state_loss, relation_loss
from edgebert.training.recipe import DistilStage
from edgebert.training.trainer import StageRun, StageTrainer

_KINDS = ("query", "key", "value")


class AttentionInputs:
    """Keeps what the attention of a SqueezeBertModel's last layers multiplied in its last run.

    Attributes:
        found: queries, keys and values by name, of each layer float [texts, channels, tokens].

    """

    def __init__(self, encoder: Any, layers: int) -> None:
        self.found: dict[str, list[Tensor]] = {kind: [] for kind in _KINDS}
        for layer in encoder.encoder.layers[-layers:]:
            for kind in _KINDS:
                getattr(layer.attention, kind).register_forward_hook(self._keeper(kind))

    def take(self) -> dict[str, list[Tensor]]:
        """Return what was kept, and forget it."""
        taken, self.found = self.found, {kind: [] for kind in _KINDS}
        return taken

    def _keeper(self, kind: str) -> Any:
        def keep(module: nn.Module, inputs: Any, output: Tensor) -> None:
            self.found[kind].append(output)

        return keep


class DistilTrainer(StageTrainer):
    """Trains an encoder to compute what a teacher computes, layer by layer."""

    def __init__(
        self,
        student: Any,
        teacher: Any,
        stage: DistilStage,
        features: Sequence[Feature],
        validation: Sequence[Feature],
        run: StageRun,
    ) -> None:
        self._stage = stage
        self._heads = teacher.config.num_attention_heads
        self._validation = validation
        # Before the trainer may wrap the student.
        layers = stage.relation_layers or len(student.encoder.layers)
        self._student_attention = AttentionInputs(student, layers)
        self._teacher_attention = AttentionInputs(teacher, layers)
        student.embeddings.requires_grad_(stage.train_embeddings)
        super().__init__(student, features, run, FeatureDataset(validation))
        self._teacher = teacher.to(self.args.device)

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Return the weighted sum of both losses."""
        parts = self._losses(model, inputs)
        return (
            self._stage.hidden_weight * parts["hidden"]
            + self._stage.relation_weight * parts["relation"]
        )

    def figures(self) -> dict[str, float]:
        """Return both losses on the texts kept aside."""
        totals = {"loss": 0.0, "hidden": 0.0, "relation": 0.0}
        size = self.run.settings.batch_size
        for rows in sorted_batches(list(map(len, self._validation)), size):
            batch = self._prepare_inputs(self.collate([self._validation[row] for row in rows]))
            for name, loss in self._losses(self.model, batch).items():
                totals[name] += float(loss) * len(rows) / len(self._validation)
        totals["loss"] = (
            self._stage.hidden_weight * totals["hidden"]
            + self._stage.relation_weight * totals["relation"]
        )
        return totals

    def _losses(self, model: nn.Module, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        mask = inputs["attention_mask"]
        kind = mask.device.type
        mixed = self.run.device.precision == "bfloat16"
        with torch.no_grad(), torch.autocast(kind, torch.bfloat16, enabled=mixed):
            expected = self._teacher(**inputs, output_hidden_states=True).hidden_states
        found = model(**inputs, output_hidden_states=True).hidden_states
        student, teacher = self._student_attention.take(), self._teacher_attention.take()
        relations = [
            relation_loss(student[name], teacher[name], self._heads, mask) for name in _KINDS
        ]
        return {
            "hidden": hidden_state_loss(found, expected, mask),
            "relation": torch.stack(relations).mean(),
        }
