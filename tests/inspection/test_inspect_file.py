"""What `inspect_file` says of real artifacts, against the graph that they were lowered from."""

import shutil

import pytest
from fixtures_checkpoints import SMALL

from edgebert.inspection import FileReport, OperatorReport, inspect_file

BACKENDS = ("executorch", "litert", "onnx")
MODES = ("static", "dynamic", "fp32")
LINEAR_PRECISION = {"static": "int8", "dynamic": "dynamic int8", "fp32": "fp32"}
ACCELERATED = {"executorch": "xnnpack", "litert": "xnnpack", "onnx": "mlas"}

each_artifact = pytest.mark.parametrize(
    ("backend", "mode"), [(backend, mode) for mode in MODES for backend in BACKENDS]
)


def linears(report: FileReport, method: int = 0) -> list[OperatorReport]:
    return [operator for operator in report.methods[method].operators if operator.linear]


@each_artifact
def test_tells_backend_mode_and_size(lowered, backend, mode):
    path = lowered(backend, mode)
    report = inspect_file(path)
    assert (report.backend, report.precision) == (backend, mode)
    assert report.size == path.stat().st_size


@each_artifact
def test_counts_the_linears_by_precision(lowered, graph, backend, mode):
    report = inspect_file(lowered(backend, mode))
    expected = {"fp32": 1}  # the classifier
    precision = LINEAR_PRECISION[mode]
    expected[precision] = expected.get(precision, 0) + len(graph.sites()) - 1
    for method in range(len(report.methods)):
        found = linears(report, method)
        assert {operator.precision: operator.count for operator in found} == expected
        assert {operator.runs_on for operator in found} == {ACCELERATED[backend]}


@each_artifact
def test_gives_the_linears_the_bytes_of_their_weights(lowered, graph, backend, mode):
    """Scales and biases come on top of the weights: at most 16 bytes an output channel."""
    quantized = [linear for site, linear in graph.sites().items() if site != "head.classifier"]
    weights = sum(linear.weight.numel() for linear in quantized)
    channels = sum(linear.out_features for linear in quantized)
    rows = {
        operator.precision: operator for operator in linears(inspect_file(lowered(backend, mode)))
    }
    classifier = graph.sites()["head.classifier"]
    known = 4 * (classifier.weight.numel() + classifier.out_features)
    if mode == "fp32":
        assert rows["fp32"].weight_bytes == 4 * (weights + channels) + known
    else:
        assert rows["fp32"].weight_bytes == known
        found = rows[LINEAR_PRECISION[mode]].weight_bytes
        assert weights <= found <= weights + 16 * channels


@each_artifact
def test_sums_up_the_constants_once_for_all_methods(lowered, graph, backend, mode):
    """int8 mode keeps the quantised linears and the word embedding in a byte a weight."""
    report = inspect_file(lowered(backend, mode))
    embedding = SMALL["vocab_size"] * SMALL["hidden_size"]
    sites = graph.sites().items()
    weights = embedding + sum(
        linear.weight.numel() for site, linear in sites if site != "head.classifier"
    )
    if mode == "fp32":
        assert "int8" not in report.constants
        assert report.constants["float32"] >= 4 * weights
    else:
        # Zero points of .onnx are int8 too.
        allowance = 1 + 0.05 * (backend == "onnx")
        assert weights <= report.constants["int8"] <= allowance * weights
        assert report.constants["float32"] < weights
    assert sum(report.constants.values()) < report.size


def test_embedding_is_int8_on_plain_kernels(lowered):
    names = {
        "executorch": ("quantized_decomposed::embedding_byte", "portable"),
        "litert": ("EMBEDDING_LOOKUP", "builtin"),
        "onnx": ("Gather", "builtin"),
    }
    for backend, (name, place) in names.items():
        rows = inspect_file(lowered(backend, "static")).methods[0].operators
        row = next(row for row in rows if row.name == name and row.precision == "int8")
        assert (row.runs_on, row.count, row.linear) == (place, 1, False)
        assert row.weight_bytes >= SMALL["vocab_size"] * SMALL["hidden_size"]


def test_softmax_and_normalisation_are_fp32(lowered):
    names = {
        "executorch": {"Softmax", "aten::native_layer_norm", "Gelu"},
        "litert": {"SOFTMAX", "RSQRT", "GELU"},
        "onnx": {"Softmax", "LayerNormalization", "Gelu"},
    }
    for backend, expected in names.items():
        rows = inspect_file(lowered(backend, "static")).methods[0].operators
        assert {row.name for row in rows if row.precision == "fp32"} >= expected


def test_litert_has_a_signature_a_bucket_with_its_shapes(lowered, graph):
    report = inspect_file(lowered("litert", "static"))
    methods = {method.name: method for method in report.methods}
    assert set(methods) == {"bucket_8", "bucket_16"}
    for bucket in (8, 16):
        method = methods[f"bucket_{bucket}"]
        assert [tensor.dtype for tensor in method.inputs] == ["int32"] * 3
        assert [tensor.shape for tensor in method.inputs] == [(1, bucket)] * 3
        assert [(t.name, t.dtype, t.shape) for t in method.outputs] == [
            ("output_0", "float32", (1, 2))
        ]
    assert {tensor.name for tensor in methods["bucket_8"].inputs} == set(graph.input_names)


def test_executorch_has_one_method_for_lengths_up_to_the_largest_bucket(lowered):
    (method,) = inspect_file(lowered("executorch", "static")).methods
    assert method.name == "forward"
    assert [(t.name, t.dtype, t.shape) for t in method.inputs] == [
        (f"input_{number}", "int32", (1, 16)) for number in range(3)
    ]
    assert [(t.name, t.dtype, t.shape) for t in method.outputs] == [("output_0", "float32", (1, 2))]


def test_executorch_leaves_no_slice_and_no_reshape_to_portable_kernels(lowered):
    (method,) = inspect_file(lowered("executorch", "static")).methods
    portable = {row.name for row in method.operators if row.runs_on == "portable"}
    assert not [name for name in portable if "slice" in name or "view" in name]


def test_onnx_has_one_graph_with_a_dynamic_length(lowered, graph):
    (method,) = inspect_file(lowered("onnx", "static")).methods
    assert tuple(tensor.name for tensor in method.inputs) == graph.input_names
    assert {tensor.dtype for tensor in method.inputs} == {"int32"}
    batch, length = method.inputs[0].shape
    assert batch == 1
    assert isinstance(length, str)
    assert [(t.name, t.dtype, t.shape) for t in method.outputs] == [("logits", "float32", (1, 2))]


def test_goes_by_content_not_by_suffix(lowered, tmp_path):
    disguised = tmp_path / "model.onnx"
    shutil.copy(lowered("litert", "static"), disguised)
    assert inspect_file(disguised).backend == "litert"
