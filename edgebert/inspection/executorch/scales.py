"""Reads the scales of statically quantised linears back out of a .pte."""

from collections.abc import Iterator

from edgebert.inspection.executorch.program import PteFile, instructions, read_pte
from edgebert.inspection.executorch.xnnpack import DELEGATE, Node, read_graph
from edgebert.inspection.flatbuffer.reader import Table
from edgebert.inspection.linear_scales import ActivationScale, LinearScales


def pte_scales(data: bytes) -> dict[str, dict[str, LinearScales]]:
    """Return the scales of each method's linears, ``#0``, ``#1``... in execution order.

    A .pte keeps no names of linears.

    Raises:
        ValueError: the file does not hold together.
    """
    file = read_pte(data)
    return {
        plan["name"]: {
            f"#{number}": scales for number, scales in enumerate(_method_scales(file, plan))
        }
        for plan in file.program["execution_plan"]
    }


def _method_scales(file: PteFile, plan: Table) -> Iterator[LinearScales]:
    for kind, call in instructions(plan):
        if kind != "DelegateCall":
            continue
        delegate = plan["delegates"][call["delegate_index"]]
        if delegate["id"] != DELEGATE:
            continue
        for node in read_graph(file, delegate):
            scales = _static_scales(node)
            if scales is not None:
                yield scales


def _static_scales(node: Node) -> LinearScales | None:
    if node.kind != "FullyConnected":
        return None
    source, weight, target = (node.operands[role] for role in ("input1", "filter", "output"))
    int8 = all(value.dtype in ("int8", "uint8") for value in (source, weight, target))
    if not int8 or source.scales is None or weight.scales is None or target.scales is None:
        return None
    return LinearScales(
        input=ActivationScale(float(source.scales[0]), source.zero_point),
        output=ActivationScale(float(target.scales[0]), target.zero_point),
        weights=weight.scales,
    )
