"""Another number of groups for a convolution's weight: the block diagonal of the full matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from edgebert.errors import EdgebertError

if TYPE_CHECKING:
    from transformers import SqueezeBertConfig

# SqueezeBERT groups every convolution but the one after the attention (Iandola et al. 2020,
# section 3): it is the only one that mixes all heads.
GROUPED = {
    "attention.query": "q_groups",
    "attention.key": "k_groups",
    "attention.value": "v_groups",
    "post_attention.conv1d": "post_attention_groups",
    "intermediate.conv1d": "intermediate_groups",
    "output.conv1d": "output_groups",
}


def regroup(weight: Tensor, source_groups: int, target_groups: int) -> Tensor:
    """Return the weight of a convolution of kernel size 1 with another number of groups.

    The full matrix of the source is block diagonal in its own groups; the blocks on the diagonal
    of the target are cut out of it. So the result computes the same where the full matrix is zero
    outside of the target's blocks, and drops the rest elsewhere.

    Args:
        weight: [out, in / source_groups, 1].
        source_groups: groups of the source.
        target_groups: groups of the result; divides both channel counts.

    Returns:
        [out, in / target_groups, 1].

    """
    parts = weight.squeeze(-1).chunk(source_groups)
    full = torch.block_diag(*parts)  # type: ignore[no-untyped-call]
    rows = full.chunk(target_groups, dim=0)
    blocks = [row.chunk(target_groups, dim=1)[group] for group, row in enumerate(rows)]
    return torch.cat(blocks).unsqueeze(-1).contiguous()


def regroup_encoder(
    tensors: Mapping[str, Tensor], source: SqueezeBertConfig, target: SqueezeBertConfig
) -> dict[str, Tensor]:
    """Regroup all convolution weights of a SqueezeBertModel's state dict.

    Args:
        tensors: the state dict.
        source: the config it belongs to.
        target: the same but for the groups.

    """
    regrouped = dict(tensors)
    for name, tensor in tensors.items():
        for part, setting in GROUPED.items():
            if name.endswith(f".{part}.weight"):
                regrouped[name] = regroup(
                    tensor, getattr(source, setting), getattr(target, setting)
                )
    return regrouped


def groups_settings(config: SqueezeBertConfig, groups: int) -> dict[str, int]:
    """Return the config's group settings for a number of groups, 1 after the attention.

    Raises:
        EdgebertError: the groups do not divide the widths.

    """
    for name in ("hidden_size", "intermediate_size"):
        if getattr(config, name) % groups:
            raise EdgebertError(
                f"init: groups {groups} does not divide {name} {getattr(config, name)}"
            )
    wanted = dict.fromkeys(GROUPED.values(), groups)
    return {**wanted, "post_attention_groups": 1}
