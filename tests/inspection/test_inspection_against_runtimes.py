"""What `inspect_file` says, against what the formats' own tools and runtimes say."""

import json
from collections import Counter

import onnx
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter

from edgebert.inspection import inspect_file

MODES = ("static", "dynamic", "fp32")


def counts(report, *places: str) -> Counter:
    """Count the operators of the first method by name."""
    found: Counter = Counter()
    for operator in report.methods[0].operators:
        if operator.runs_on in places:
            found[operator.name] += operator.count
    return found


@pytest.mark.parametrize("mode", MODES)
def test_litert_delegates_what_is_said_to_run_on_xnnpack(lowered, mode):
    """The runtime replaces what its delegate takes by DELEGATE nodes: ask for their insides."""
    path = lowered("litert", mode)
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    nodes = interpreter._get_ops_details()
    delegates = [node for node in nodes if node["op_name"] == "DELEGATE"]
    assert delegates
    nodes = [node for node in nodes if node["op_name"] != "DELEGATE"]
    maker = {output: node for node in nodes for output in node["outputs"]}
    taken = {}
    for delegate in delegates:
        given = set(delegate["inputs"])
        wanted = list(delegate["outputs"])
        while wanted:
            tensor = wanted.pop()
            node = maker.get(tensor)
            if tensor not in given and node is not None and node["index"] not in taken:
                taken[node["index"]] = node["op_name"]
                wanted.extend(node["inputs"])
    left = Counter(node["op_name"] for node in nodes if node["index"] not in taken)
    report = inspect_file(path)
    assert counts(report, "xnnpack") == Counter(taken.values())
    assert counts(report, "builtin") == left


@pytest.mark.parametrize("mode", MODES)
def test_executorch_reads_the_same_program(lowered, mode):
    from executorch.exir._serialize import _deserialize_pte_binary
    from executorch.exir.schema import DelegateCall, KernelCall

    path = lowered("executorch", mode)
    program = _deserialize_pte_binary(path.read_bytes()).program
    plan = program.execution_plan[0]
    calls = [instruction.instr_args for instruction in plan.chains[0].instructions]
    kernels = Counter(plan.operators[c.op_index].name for c in calls if isinstance(c, KernelCall))
    nodes: Counter = Counter()
    for call in calls:
        if isinstance(call, DelegateCall):
            delegate = plan.delegates[call.delegate_index]
            nodes += xnnpack_nodes(program.backend_delegate_data[delegate.processed.index].data)
    report = inspect_file(path)
    assert report.methods[0].name == plan.name
    assert counts(report, "portable") == kernels
    assert counts(report, "xnnpack") == nodes


def xnnpack_nodes(blob: bytes) -> Counter:
    """Count a delegate's nodes with flatc, which ExecuTorch's package carries."""
    import tempfile
    from pathlib import Path

    from executorch.backends.xnnpack.serialization.xnnpack_graph_serialize import (
        XNNHeader,
        _get_schema_bytes,
    )
    from executorch.exir._serialize._flatbuffer import _flatc_decompile

    header = XNNHeader.from_bytes(bytes(blob[: XNNHeader.EXPECTED_LENGTH]))
    start = header.flatbuffer_offset
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "schema.fbs").write_bytes(_get_schema_bytes())
        (folder / "graph.bin").write_bytes(bytes(blob[start : start + header.flatbuffer_size]))
        _flatc_decompile(name, str(folder / "schema.fbs"), str(folder / "graph.bin"))
        graph = json.loads((folder / "graph.json").read_text())
    return Counter(node["xnode_union_type"].removeprefix("XNN") for node in graph["xnodes"])


@pytest.mark.parametrize("mode", MODES)
def test_onnx_has_the_same_nodes(lowered, mode):
    path = lowered("onnx", mode)
    stored = Counter(node.op_type for node in onnx.load(path).graph.node)
    del stored["Constant"]
    assert counts(inspect_file(path), "mlas", "builtin") == stored


@pytest.mark.parametrize("mode", MODES)
def test_onnx_is_judged_alike_after_onnx_runtime_fused_it(lowered, tmp_path, mode):
    """ONNX Runtime's own operators mean the same: QGemm for example"""
    path = lowered("onnx", mode)
    fused = tmp_path / "fused.onnx"
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = str(fused)
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = {node.op_type for node in onnx.load(fused).graph.node}
    kernels = {"static": "QGemm", "dynamic": "MatMulInteger"}
    assert mode == "fp32" or kernels[mode] in names
    before, after = inspect_file(path), inspect_file(fused)
    assert after.precision == mode

    def linears(report):
        found: Counter = Counter()
        for operator in report.methods[0].operators:
            if operator.linear:
                found[operator.precision] += operator.count
        return found

    assert linears(after) == linears(before)
