"""Batches: every row once an epoch, similar lengths together, the same order for the same seed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from edgebert.training.batches import Collator, LengthSortedBatches, sorted_batches
from edgebert.training.features import IGNORED, Feature

LENGTHS = np.random.default_rng(0).integers(3, 60, 4000).tolist()


@given(
    lengths=st.lists(st.integers(3, 60), min_size=1, max_size=300),
    size=st.integers(1, 40),
    seed=st.integers(0, 9),
    epoch=st.integers(0, 9),
)
@settings(max_examples=50, deadline=None)
def test_every_row_comes_once(lengths, size, seed, epoch):
    sampler = LengthSortedBatches(lengths, size, seed)
    sampler.set_epoch(epoch)
    batches = list(sampler)
    assert len(batches) == len(sampler)
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    assert max(map(len, batches)) <= size
    assert list(sampler) == batches
    looked_at = [row for batch in sorted_batches(lengths, size) for row in batch]
    assert sorted(looked_at) == list(range(len(lengths)))


def order(seed, epoch):
    sampler = LengthSortedBatches(LENGTHS, 32, seed)
    sampler.set_epoch(epoch)
    return list(sampler)


def test_seed_and_epoch_decide_the_order():
    assert order(0, 1) == order(0, 1)
    assert order(0, 1) != order(0, 2)
    assert order(0, 1) != order(1, 1)


def padding(batches):
    return sum(max(LENGTHS[r] for r in batch) - LENGTHS[row] for batch in batches for row in batch)


def test_little_is_padded():
    shuffled = np.random.default_rng(1).permutation(len(LENGTHS)).reshape(-1, 32).tolist()
    assert padding(order(0, 0)) < 0.1 * padding(shuffled)


def test_padding_is_masked_and_has_no_target():
    rows = [
        Feature(
            np.arange(5, 5 + n, dtype=np.int32),
            np.ones(n, np.int32),
            {"label": n, "tags": np.arange(n)},
        )
        for n in (2, 4)
    ]
    batch = {name: tensor.tolist() for name, tensor in Collator(pad_id=7)(rows).items()}
    assert batch == {
        "input_ids": [[5, 6, 7, 7], [5, 6, 7, 8]],
        "attention_mask": [[1, 1, 0, 0], [1, 1, 1, 1]],
        "token_type_ids": [[1, 1, 0, 0], [1, 1, 1, 1]],
        "label": [2, 4],
        "tags": [[0, 1, IGNORED, IGNORED], [0, 1, 2, 3]],
    }
