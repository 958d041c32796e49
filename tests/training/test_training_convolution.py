"""Grouped convolutions as one batched product: transformers' own numbers and names."""

import pytest
import torch
from fixtures_checkpoints import random_inputs, random_module
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from edgebert.training.convolution import BatchedConv1d, batch_convolutions


@given(
    texts=st.integers(1, 3),
    tokens=st.integers(1, 9),
    groups=st.sampled_from([1, 2, 4, 8]),
    widths=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    bias=st.booleans(),
    channels_last=st.booleans(),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_values_and_gradients_are_those_of_conv1d(
    texts, tokens, groups, widths, bias, channels_last, seed
):
    torch.manual_seed(seed)
    ins, outs = (8 * width for width in widths)
    reference = nn.Conv1d(ins, outs, kernel_size=1, groups=groups, bias=bias).double()
    x = torch.randn(texts, ins, tokens, dtype=torch.float64)
    if channels_last:  # as the encoder's hidden states are
        x = x.transpose(1, 2).contiguous().transpose(1, 2)
    results = []
    for module in (reference, BatchedConv1d(reference)):
        source = x.clone().requires_grad_()
        output = module(source)
        (output * torch.arange(output.numel()).view(output.shape).cos()).sum().backward()
        gradients = [source.grad] + [p.grad.clone() for p in reference.parameters()]
        reference.zero_grad()
        results.append([output, *gradients])
    for expected, found in zip(*results, strict=True):
        assert expected.shape == found.shape
        assert (expected - found).abs().max() < 1e-6


@pytest.mark.parametrize("name", ["SqueezeBertModel", "SqueezeBertForSequenceClassification"])
def test_a_model_computes_the_same_and_saves_the_same_tensors(name):
    expected, found = random_module(name), random_module(name)
    batch_convolutions(found)
    replaced = [m for m in found.modules() if isinstance(m, BatchedConv1d)]
    assert len(replaced) == 6 * found.config.num_hidden_layers
    assert not [m for m in found.modules() if type(m) is nn.Conv1d]
    inputs = random_inputs(found.config)
    with torch.inference_mode():
        for one, other in zip(
            expected(**inputs).to_tuple(), found(**inputs).to_tuple(), strict=True
        ):
            assert (one - other).abs().max() < 1e-5
    tensors, others = expected.state_dict(), found.state_dict()
    assert list(tensors) == list(others)
    assert all(torch.equal(tensors[key], others[key]) for key in tensors)


def test_only_kernel_size_1_is_replaced():
    model = nn.Sequential(
        nn.Conv1d(4, 4, 3), nn.Conv1d(4, 4, 1, stride=2), nn.Conv1d(4, 4, 1, padding=1)
    )
    batch_convolutions(model)
    assert [type(module) for module in model] == [nn.Conv1d] * 3
