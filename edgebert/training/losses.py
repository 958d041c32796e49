"""What the stages descend on: labels, a teacher's logits, hidden states, attention relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from edgebert.training.features import IGNORED

# Added to the scores of padding: its probability is then 0 and its logarithm still a number.
_MASKED = -1e4


def label_loss(logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    """Return the mean cross entropy over targets that count, 0 where none does.

    Args:
        logits: float [..., labels].
        targets: int64 [...], `IGNORED` or `UNLABELLED` for those that do not count.
        smoothing: the share of the target's probability that all labels get alike (Szegedy et al.
            2016, section 7).

    """
    labelled = targets >= 0
    counted = labelled.sum().clamp(min=1)
    total = functional.cross_entropy(
        logits.flatten(end_dim=-2).float(),
        targets.masked_fill(~labelled, IGNORED).flatten(),
        ignore_index=IGNORED,
        label_smoothing=smoothing,
        reduction="sum",
    )
    return total / counted


def logits_loss(student: Tensor, teacher: Tensor, valid: Tensor, temperature: float) -> Tensor:
    """Return the divergence of the student's labels from the teacher's (Hinton et al. 2015).

    Both are softened by the temperature; the factor of its square keeps gradients as large as
    those of the labels.

    Args:
        student: float [..., labels].
        teacher: float [..., labels].
        valid: bool [...], what counts.
        temperature: divides the logits.

    """
    expected = torch.log_softmax(teacher.float() / temperature, dim=-1)
    found = torch.log_softmax(student.float() / temperature, dim=-1)
    divergence = (expected.exp() * (expected - found)).sum(dim=-1)
    return temperature**2 * _mean_where(divergence, valid)


def task_loss(
    student: Mapping[str, Tensor],
    targets: Mapping[str, Tensor],
    *,
    smoothing: float,
    weights: Mapping[str, float],
    teacher: Mapping[str, Tensor] | None = None,
    teacher_weight: float = 0.0,
    temperature: float = 1.0,
) -> Tensor:
    """Return the loss of a task: labels, and a teacher's logits, summed over the outputs.

    The teacher's are learnt where a label is `UNLABELLED` too.

    Args:
        student: logits by output.
        targets: by output, see `label_loss`.
        smoothing: see `label_loss`.
        weights: of outputs whose weight is not 1.
        teacher: logits by output, if there is a teacher.
        teacher_weight: the share of the teacher in the loss.
        temperature: see `logits_loss`.

    """
    parts = []
    for name, logits in student.items():
        loss = label_loss(logits, targets[name], smoothing)
        if teacher is not None:
            learnt = logits_loss(logits, teacher[name], targets[name] != IGNORED, temperature)
            loss = (1 - teacher_weight) * loss + teacher_weight * learnt
        parts.append(weights.get(name, 1.0) * loss)
    return torch.stack(parts).sum()


def hidden_state_loss(student: Sequence[Tensor], teacher: Sequence[Tensor], mask: Tensor) -> Tensor:
    """Return the squared error of hidden states relative to their size, averaged over layers.

    Divided by the teacher's own mean square, every layer counts alike, whatever its scale.

    Args:
        student: of each layer float [texts, tokens, channels].
        teacher: the same.
        mask: [texts, tokens], 1 for valid tokens.

    """
    valid = mask.bool()
    losses = []
    for found, expected in zip(student, teacher, strict=True):
        reference = expected[valid].float()
        error = found[valid].float() - reference
        losses.append(error.square().mean() / reference.square().mean())
    return torch.stack(losses).mean()


def relation_loss(
    student: Sequence[Tensor], teacher: Sequence[Tensor], heads: int, mask: Tensor
) -> Tensor:
    """Return the divergence of self-attention relations, averaged over layers and kinds.

    The relation of queries (and of keys, and of values) is the softmax over tokens of their scaled
    products with each other, head by head (MiniLMv2, Wang et al. 2021, section 3.1, there for one
    layer).

    Args:
        student: queries, keys or values, each float [texts, channels, tokens].
        teacher: the same.
        heads: of the attention.
        mask: [texts, tokens], 1 for valid tokens.

    """
    valid = mask.bool()
    padding = torch.zeros(mask.shape, device=mask.device).masked_fill(~valid, _MASKED)
    losses = []
    for found, expected in zip(student, teacher, strict=True):
        target = _log_relation(expected, heads, padding)
        difference = target - _log_relation(found, heads, padding)
        divergence = (target.exp() * difference).sum(dim=-1)  # [texts, heads, tokens]
        losses.append(_mean_where(divergence.mean(dim=1), valid))
    return torch.stack(losses).mean()


def _log_relation(x: Tensor, heads: int, padding: Tensor) -> Tensor:
    """Return log probabilities, float32 [texts, heads, tokens, tokens]."""
    texts, channels, tokens = x.shape
    split = x.reshape(texts, heads, channels // heads, tokens).float()
    scores = split.transpose(2, 3) @ split / (channels // heads) ** 0.5
    return torch.log_softmax(scores + padding[:, None, None, :], dim=-1)


def _mean_where(values: Tensor, valid: Tensor) -> Tensor:
    return (values * valid).sum() / valid.sum().clamp(min=1)
