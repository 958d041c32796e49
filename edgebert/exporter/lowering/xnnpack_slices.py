"""Teaches ExecuTorch's XNNPACK partitioner to take slices of tensors with a dynamic length.

Stock ExecuTorch 1.4 leaves them to a portable kernel, which would cut the graph in a delegate a
slice. XNNPACK itself can: a size of 0 means "up to the end" (``xnn_define_static_slice_v2``).
"""

from typing import Any

import torch
from executorch.backends.xnnpack.operators import node_visitor
from executorch.backends.xnnpack.partition.config import ALL_PARTITIONER_CONFIGS
from executorch.backends.xnnpack.partition.config.generic_node_configs import SliceCopyConfig
from executorch.backends.xnnpack.partition.config.xnnpack_config import XNNPartitionerConfig

SLICE = "aten.slice_copy.Tensor"


class DynamicSliceConfig(SliceCopyConfig):  # type: ignore[misc]
    """Takes slices of step 1 along an axis of fixed size; other axes may be dynamic."""

    def check_constraints(self, node: torch.fx.Node, ep: Any) -> bool:
        """See XNNPartitionerConfig."""
        axis = node.args[1]
        if len(node.args) > 4 and node.args[4] != 1:
            return False
        fixed = isinstance(node.meta["val"].shape[axis], int)
        return fixed and bool(self.check_common_constraints(node, ep))


def partitioner_configs() -> list[type[XNNPartitionerConfig]]:
    """Return the configs for XnnpackPartitioner, with `DynamicSliceConfig` in its place.

    Also registers what writes such slices, for all that this process lowers: the same slices as
    before, written in a way that holds for any length.
    """
    if not _node_visitors()[SLICE].__dict__.get("writes_whole_axes"):
        node_visitor.register_node_visitor(_whole_axis_visitor(_node_visitors()[SLICE]))
    return [
        DynamicSliceConfig if config is SliceCopyConfig else config
        for config in ALL_PARTITIONER_CONFIGS
    ]


def _node_visitors() -> dict[str, Any]:
    return node_visitor._node_visitor_dict  # type: ignore[no-any-return]


def _whole_axis_visitor(stock: Any) -> type:
    class WholeAxisSlice(stock):  # type: ignore[misc]
        writes_whole_axes = True

        def define_node(
            self, node: torch.fx.Node, xnn_graph: Any, vals_to_ids: Any, debug_handle: int
        ) -> None:
            super().define_node(node, xnn_graph, vals_to_ids, debug_handle)
            cut = xnn_graph.xnodes[-1].xnode_union
            axis = node.args[1] % len(cut.sizes)  # type: ignore[operator]
            cut.sizes = [size if i == axis else 0 for i, size in enumerate(cut.sizes)]

    return WholeAxisSlice
