"""Buckets share their weights: four of them cost hardly more than one."""

import pytest
from small_exports import BACKENDS, export_small

# Of the 2.9 MB of int8 weights half is the embedding; operators and tables must stay small beside
# them, for each bucket has its own.
CONFIG = {
    "num_hidden_layers": 2,
    "hidden_size": 256,
    "intermediate_size": 512,
    "vocab_size": 8000,
    **{f"{name}_groups": 1 for name in ("q", "k", "v", "post_attention", "intermediate", "output")},
}


@pytest.mark.parametrize("backend", BACKENDS)
def test_four_buckets_cost_under_three_per_cent_over_one(backend, tmp_path):
    sizes = {}
    for buckets in ((16,), (4, 8, 12, 16)):
        export = export_small(
            tmp_path / str(len(buckets)),
            "token-classification",
            config=CONFIG,
            backends=(backend,),
            buckets=buckets,
            texts=4,
        )
        sizes[len(buckets)] = export.artifact(backend).stat().st_size
    assert sizes[1] > 2_900_000
    assert sizes[1] <= sizes[4] < 1.03 * sizes[1]
