"""From token ids to the padded inputs that an artifact takes."""

from collections.abc import Sequence

import numpy as np

from edgebert.engines.session import Int32Array
from edgebert.errors import EdgebertError

INPUT_NAMES = ("input_ids", "attention_mask", "token_type_ids")


def choose_bucket(buckets: Sequence[int], length: int) -> int:
    """Return the smallest bucket that `length` tokens fit into.

    Raises:
        EdgebertError: even the largest bucket is too small.

    """
    fitting = [bucket for bucket in buckets if bucket >= length]
    if not fitting:
        raise EdgebertError(
            f"text of {length} tokens: the largest bucket takes {max(buckets, default=0)}; "
            "cut the text, or export the bundle again with a larger --bucket"
        )
    return min(fitting)


def pad_inputs(
    input_ids: Sequence[int],
    token_type_ids: Sequence[int],
    bucket: int,
    pad_id: int,
    names: Sequence[str] = INPUT_NAMES,
) -> dict[str, Int32Array]:
    """Fill one text up to a bucket's length.

    Args:
        input_ids: the ids of the text, without padding.
        token_type_ids: one a token; padding gets type 0.
        bucket: tokens of the result.
        pad_id: the id that fills up.
        names: the inputs that the artifact takes, of `INPUT_NAMES`.

    Returns:
        By name int32 [1, bucket]; the attention mask is 1 on the text and 0 on the padding.

    Raises:
        EdgebertError: the text is longer than the bucket, the two sequences differ in length, or a
            name is none of `INPUT_NAMES`.

    """
    if len(input_ids) != len(token_type_ids):
        raise EdgebertError(
            f"token_type_ids: found {len(token_type_ids)}, expected {len(input_ids)}, one a token"
        )
    choose_bucket([bucket], len(input_ids))
    columns = {
        "input_ids": (input_ids, pad_id),
        "attention_mask": ([1] * len(input_ids), 0),
        "token_type_ids": (token_type_ids, 0),
    }
    unknown = [name for name in names if name not in columns]
    if unknown:
        raise EdgebertError(
            f"input {unknown[0]}: unknown, expected some of {', '.join(INPUT_NAMES)}; "
            "export the bundle again with this version"
        )
    return {name: _padded(*columns[name], bucket) for name in names}


def _padded(values: Sequence[int], filling: int, bucket: int) -> Int32Array:
    row = np.full((1, bucket), filling, dtype=np.int32)
    row[0, : len(values)] = values
    return row
