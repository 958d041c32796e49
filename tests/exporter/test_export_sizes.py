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


def test_a_pte_holds_no_constant_that_nothing_reads(small):
    """Whatever PyTorch alone needs of a quantised layer stays out of the file."""
    from executorch.exir._serialize._program import deserialize_pte_binary

    for mode in ("static", "fp32"):
        file = deserialize_pte_binary(
            small("text-classification").artifact("executorch", mode).read_bytes()
        )
        (plan,) = file.program.execution_plan
        read = {value for step in plan.chains[0].instructions for value in step.instr_args.args}
        for value in plan.values:
            read.update(getattr(value.val, "items", ()))  # a list of tensors that is read
        constants = {
            number
            for number, value in enumerate(plan.values)
            if getattr(value.val, "data_buffer_idx", 0)
        }
        assert constants
        assert constants <= read
