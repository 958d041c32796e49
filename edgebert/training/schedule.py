"""The optimizer and its learning rate over the steps of a stage."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR

from edgebert.training.recipe import Optimization

# The pooler belongs to the head: only text classification uses it.
_ENCODER = ("transformer.embeddings.", "transformer.encoder.", "embeddings.", "encoder.")


def make_optimizer(
    model: nn.Module, settings: Optimization, head_learning_rate: float | None
) -> torch.optim.AdamW:
    """Make AdamW (Loshchilov and Hutter 2019) over what is trained of a model.

    Args:
        model: a SqueezeBERT, with or without a head.
        settings: of the stage.
        head_learning_rate: the highest of the schedule for what is not the encoder.

    """
    groups = []
    for head in (False, True):
        for decays in (True, False):
            chosen = [
                parameter
                for name, parameter in model.named_parameters()
                if parameter.requires_grad
                and name.startswith(_ENCODER) != head
                and (parameter.dim() > 1) == decays
            ]
            rate = head_learning_rate if head and head_learning_rate else settings.learning_rate
            if chosen:
                decay = settings.weight_decay if decays else 0.0
                groups.append({"params": chosen, "lr": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups, fused=True)


def make_schedule(
    optimizer: torch.optim.Optimizer, settings: Optimization, steps: int
) -> LRScheduler:
    """Make the schedule that `settings.schedule` names.

    Args:
        optimizer: its learning rates are the highest of the schedule.
        settings: of the stage.
        steps: in all.

    """
    if settings.schedule == "one-cycle":
        return OneCycleLR(
            optimizer,
            max_lr=_rates(optimizer.param_groups),
            total_steps=max(steps, 2),  # of a single step it would divide by zero
            pct_start=settings.warmup,
            cycle_momentum=False,
        )
    from transformers import get_linear_schedule_with_warmup

    warmup = round(settings.warmup * steps)
    schedule: LRScheduler = get_linear_schedule_with_warmup(  # type: ignore[no-untyped-call]
        optimizer, warmup, steps
    )
    return schedule


def _rates(groups: Iterable[dict[str, float]]) -> list[float]:
    return [group["lr"] for group in groups]
