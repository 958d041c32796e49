"""Groups cut out of a full matrix: exact where it is block diagonal, its diagonal elsewhere."""

import pytest
import torch
from fixtures_checkpoints import random_inputs, random_module
from torch import nn
from transformers import SqueezeBertConfig, SqueezeBertModel

from edgebert.errors import EdgebertError
from edgebert.training.regrouping import groups_settings, regroup, regroup_encoder


def convolution(weight: torch.Tensor, groups: int) -> nn.Conv1d:
    module = nn.Conv1d(16, 24, kernel_size=1, groups=groups, bias=False)
    module.weight = nn.Parameter(weight)
    return module


@pytest.mark.parametrize(("source", "target"), [(4, 1), (4, 2), (4, 4), (8, 1), (1, 1), (8, 2)])
def test_a_block_diagonal_matrix_computes_the_same_in_fewer_groups(source, target):
    torch.manual_seed(0)
    weight = torch.randn(24, 16 // source, 1)
    x = torch.randn(3, 16, 5)
    fewer = regroup(weight, source, target)
    assert fewer.shape == (24, 16 // target, 1)
    expected, found = convolution(weight, source)(x), convolution(fewer, target)(x)
    assert (expected - found).abs().max() < 1e-6
    # And back: nothing was lost.
    assert torch.equal(regroup(fewer, target, source), weight)


def test_a_full_matrix_keeps_its_diagonal_blocks():
    full = torch.arange(24 * 16, dtype=torch.float32).view(24, 16, 1)
    found = regroup(full, 1, 4)
    for group in range(4):
        rows, columns = slice(6 * group, 6 * group + 6), slice(4 * group, 4 * group + 4)
        assert torch.equal(found[rows], full[rows, columns])


def test_an_encoder_with_block_diagonal_weights_is_the_same_with_one_group():
    grouped = random_module("SqueezeBertModel", **groups_settings(_config(), 4))
    assert grouped.config.post_attention_groups == 1
    settings = {**grouped.config.to_dict(), **groups_settings(_config(), 1)}
    full = SqueezeBertModel(SqueezeBertConfig(**settings)).eval()
    full.load_state_dict(regroup_encoder(grouped.state_dict(), grouped.config, full.config))
    inputs = random_inputs(grouped.config)
    with torch.inference_mode():
        expected, found = (model(**inputs).last_hidden_state for model in (grouped, full))
    assert (expected - found).abs().max() < 1e-5


def test_groups_that_do_not_divide_the_width_are_refused():
    with pytest.raises(EdgebertError, match=r"init: groups 3 does not divide hidden_size 32"):
        groups_settings(_config(), 3)


def _config() -> SqueezeBertConfig:
    return SqueezeBertConfig(hidden_size=32, embedding_size=32, intermediate_size=64)
