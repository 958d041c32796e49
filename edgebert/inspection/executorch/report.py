"""Reports on a .pte."""

from collections.abc import Hashable

from edgebert.inspection.executorch.program import (
    PteFile,
    bytes_of,
    dtype_of,
    instructions,
    read_pte,
    tensor_of,
)
from edgebert.inspection.executorch.xnnpack import DELEGATE, Constant, Node, read_graph
from edgebert.inspection.flatbuffer.reader import Table
from edgebert.inspection.precision import DYNAMIC_INT8, precision_mode, precision_of
from edgebert.inspection.report import FileReport, MethodReport, Precision, TensorReport
from edgebert.inspection.tally import OperatorTally, bytes_by_dtype

# XNNPACK's operators that multiply by weights.
_LINEAR = {"FullyConnected", "Conv2d", "DepthwiseConv2d", "ConvTranspose2d"}

# All stored constants: (dtype, bytes) by key.
Constants = dict[Hashable, tuple[str, int]]


def report_pte(data: bytes) -> FileReport:
    """Report on a .pte.

    Raises:
        ValueError: the file does not hold together.
    """
    file = read_pte(data)
    constants: Constants = {}
    methods = tuple(_method(file, plan, constants) for plan in file.program["execution_plan"])
    return FileReport(
        backend="executorch",
        precision=precision_mode(methods),
        size=len(data),
        methods=methods,
        constants=bytes_by_dtype(constants.values()),
    )


def _method(file: PteFile, plan: Table, constants: Constants) -> MethodReport:
    tally = OperatorTally()
    for kind, call in instructions(plan):
        if kind == "KernelCall":
            _add_kernel(tally, plan, call, constants)
        elif kind == "DelegateCall":
            delegate = plan["delegates"][call["delegate_index"]]
            if delegate["id"] == DELEGATE:
                for node in read_graph(file, delegate):
                    _add_node(tally, node, constants)
            else:
                index = delegate["processed"]["index"]
                size = len(file.delegate_data(delegate))
                constants[delegate["id"], index] = ("other", size)
                tally.add("delegate", "other", delegate["id"], {index: size})
    return MethodReport(
        name=plan["name"],
        inputs=_tensors("input", plan, plan["inputs"]),
        outputs=_tensors("output", plan, plan["outputs"]),
        operators=tally.rows(),
    )


def _tensors(role: str, plan: Table, numbers: list[int]) -> tuple[TensorReport, ...]:
    tensors = [tensor_of(plan["values"][number]) for number in numbers]
    return tuple(
        TensorReport(f"{role}_{place}", dtype_of(tensor), tuple(int(n) for n in tensor["sizes"]))
        for place, tensor in enumerate(tensors)
        if tensor is not None
    )


def _add_kernel(tally: OperatorTally, plan: Table, call: Table, constants: Constants) -> None:
    dtypes = []
    read: dict[Hashable, int] = {}
    for number in call["args"]:
        tensor = tensor_of(plan["values"][number])
        if tensor is None:
            continue
        dtypes.append(dtype_of(tensor))
        if tensor["data_buffer_idx"] and tensor["allocation_info"] is None:
            key = ("buffer", tensor["data_buffer_idx"])
            read[key] = bytes_of(tensor)
            constants[key] = (dtypes[-1], read[key])
    name = plan["operators"][call["op_index"]]["name"]
    tally.add(name, precision_of(dtypes), "portable", read)


def _add_node(tally: OperatorTally, node: Node, constants: Constants) -> None:
    read: dict[Hashable, int] = {}

    def note(constant: Constant | None, dtype: str) -> None:
        if constant is not None:
            read[constant.key] = len(constant.data)
            constants[constant.key] = (dtype, len(constant.data))

    for value in node.operands.values():
        note(value.constant, value.dtype)
        note(value.scale_constant, "float32")
    linear = node.kind in _LINEAR
    tally.add(node.kind, _node_precision(node, linear), "xnnpack", read, linear=linear)


def _node_precision(node: Node, linear: bool) -> Precision:
    """Judge a linear by its input alone: int8 weights beside a float input are computed in fp32."""
    if linear:
        dtype = node.operands["input1"].dtype
        return "dynamic int8" if dtype == DYNAMIC_INT8 else precision_of([dtype])
    return precision_of([value.dtype for value in node.operands.values()])
