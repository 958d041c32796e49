"""The losses by their definitions, and that padding changes none of them."""

import math

import pytest
import torch
from torch.nn import functional

from edgebert.training.features import IGNORED, UNLABELLED
from edgebert.training.losses import (
    hidden_state_loss,
    label_loss,
    logits_loss,
    relation_loss,
    task_loss,
)


def test_labels_that_are_ignored_do_not_count():
    torch.manual_seed(0)
    logits, targets = torch.randn(2, 3, 5), torch.tensor([[1, 4, IGNORED], [0, IGNORED, 2]])
    counted = targets != IGNORED
    expected = functional.cross_entropy(logits[counted], targets[counted], label_smoothing=0.2)
    assert label_loss(logits, targets, 0.2).item() == pytest.approx(expected.item(), rel=1e-6)
    assert label_loss(logits, torch.full((2, 3), IGNORED), 0.2).item() == 0
    unlabelled = targets.masked_fill(targets == IGNORED, UNLABELLED)
    assert label_loss(logits, unlabelled, 0.2).item() == pytest.approx(expected.item(), rel=1e-6)


def test_a_teachers_logits_are_learnt_at_the_temperature():
    student, teacher = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 2.0]])
    valid = torch.tensor([True])
    p = 1 / (1 + math.exp(-1))  # of the likelier label at temperature 2
    expected = 4 * ((1 - p) * math.log((1 - p) / p) + p * math.log(p / (1 - p)))
    assert logits_loss(student, teacher, valid, 2.0).item() == pytest.approx(expected, rel=1e-5)
    assert logits_loss(student, student, valid, 2.0).item() == pytest.approx(0, abs=1e-7)


def test_a_task_weighs_its_outputs_and_its_teacher():
    torch.manual_seed(0)
    student = {"intent": torch.randn(2, 3), "slots": torch.randn(2, 4, 5)}
    teacher = {name: torch.randn(logits.shape) for name, logits in student.items()}
    targets = {"intent": torch.tensor([0, 2]), "slots": torch.randint(5, (2, 4))}

    def loss(weight, share):
        return task_loss(
            student,
            targets,
            smoothing=0.1,
            weights={"slots": weight},
            teacher=teacher,
            teacher_weight=share,
            temperature=2.0,
        ).item()

    intent = label_loss(student["intent"], targets["intent"], 0.1).item()
    slots = label_loss(student["slots"], targets["slots"], 0.1).item()
    every = torch.ones(2, dtype=torch.bool)
    assert loss(0.5, 0.0) == pytest.approx(intent + 0.5 * slots, rel=1e-5)
    learnt = logits_loss(student["intent"], teacher["intent"], every, 2.0).item()
    assert loss(0.0, 0.25) == pytest.approx(0.75 * intent + 0.25 * learnt, rel=1e-5)
    # A teacher knows what nobody labelled, and says nothing of what is ignored.
    targets["intent"] = torch.tensor([UNLABELLED, UNLABELLED])
    assert loss(0.0, 0.25) == pytest.approx(0.25 * learnt, rel=1e-5)
    targets["intent"] = torch.tensor([IGNORED, IGNORED])
    assert loss(0.0, 0.25) == 0


def test_hidden_states_are_compared_relative_to_their_size():
    torch.manual_seed(0)
    teacher = [torch.randn(2, 3, 4), 100 * torch.randn(2, 3, 4)]
    mask = torch.tensor([[1, 1, 1], [1, 0, 0]])
    student = [1.1 * layer for layer in teacher]
    assert hidden_state_loss(student, teacher, mask).item() == pytest.approx(0.01, rel=1e-4)


def padded(x: torch.Tensor, dim: int) -> torch.Tensor:
    """Add two tokens of garbage."""
    shape = list(x.shape)
    shape[dim] = 2
    return torch.cat([x, 1e3 * torch.ones(shape)], dim=dim)


def test_padding_changes_no_distillation_loss():
    torch.manual_seed(0)
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    longer = torch.cat([mask, torch.zeros(2, 2, dtype=torch.long)], dim=1)
    hidden = [torch.randn(2, 4, 8) for _ in range(2)]
    keys = [torch.randn(2, 8, 4) for _ in range(2)]
    for loss, pair, dim in (
        (lambda a, b, m: hidden_state_loss([a], [b], m), hidden, 1),
        (lambda a, b, m: relation_loss([a], [b], 2, m), keys, 2),
    ):
        expected = loss(*pair, mask).item()
        assert expected > 0
        longer_pair = [padded(x, dim) for x in pair]
        assert loss(*longer_pair, longer).item() == pytest.approx(expected, rel=1e-5)


def test_relations_are_those_of_tokens_within_a_head():
    # One head of width 1: token i's relation to j is softmax_j(x_i * x_j).
    student, teacher = torch.tensor([[[0.0, 0.0]]]), torch.tensor([[[1.0, 2.0]]])
    expected = 0.0
    for row in ([1.0, 2.0], [2.0, 4.0]):
        p = 1 / (1 + math.exp(row[0] - row[1]))
        expected += (p * math.log(p / 0.5) + (1 - p) * math.log((1 - p) / 0.5)) / 2
    mask = torch.ones(1, 2, dtype=torch.long)
    found = relation_loss([student], [teacher], 1, mask).item()
    assert found == pytest.approx(expected, rel=1e-5)
    assert relation_loss([teacher], [teacher], 1, mask).item() == pytest.approx(0, abs=1e-7)
