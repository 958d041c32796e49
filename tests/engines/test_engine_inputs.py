"""Choosing a bucket and padding a text to it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgebert.engines.inputs import INPUT_NAMES, choose_bucket, pad_inputs
from edgebert.errors import EdgebertError

BUCKETS = st.lists(st.integers(1, 600), min_size=1, unique=True)


@given(buckets=BUCKETS, length=st.integers(0, 700))
def test_the_smallest_bucket_that_fits(buckets, length):
    fitting = sorted(bucket for bucket in buckets if bucket >= length)
    if fitting:
        assert choose_bucket(buckets, length) == fitting[0]
    else:
        with pytest.raises(EdgebertError, match=f"the largest bucket takes {max(buckets)}"):
            choose_bucket(buckets, length)


@given(
    tokens=st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 1)), max_size=40),
    padding=st.integers(0, 20),
    pad_id=st.integers(0, 30000),
)
def test_padding_surrounds_nothing_else(tokens, padding, pad_id):
    ids, types = [t[0] for t in tokens], [t[1] for t in tokens]
    inputs = pad_inputs(ids, types, len(tokens) + padding, pad_id)
    assert tuple(inputs) == INPUT_NAMES
    assert {(array.dtype, array.shape) for array in inputs.values()} == {
        (np.dtype(np.int32), (1, len(tokens) + padding))
    }
    assert inputs["input_ids"][0].tolist() == ids + [pad_id] * padding
    assert inputs["attention_mask"][0].tolist() == [1] * len(ids) + [0] * padding
    assert inputs["token_type_ids"][0].tolist() == types + [0] * padding


def test_only_the_named_inputs_in_their_order():
    assert list(pad_inputs([5], [0], 4, 0, ["attention_mask", "input_ids"])) == [
        "attention_mask",
        "input_ids",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2, 3], [0, 0, 0], 2, 0), "text of 3 tokens: the largest bucket takes 2"),
        (([1, 2, 3], [0, 0], 4, 0), "token_type_ids: found 2, expected 3"),
        (([1], [0], 4, 0, ["position_ids"]), "input position_ids: unknown"),
    ],
)
def test_what_does_not_fit(arguments, message):
    with pytest.raises(EdgebertError, match=message):
        pad_inputs(*arguments)
