"""The scales in the three artifacts are those of the plan, to the last bit."""

import numpy as np
import pytest

from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import weight_scales
from edgebert.inspection import LinearScales, static_scales


def expected_scales(graph, plan) -> dict[str, tuple]:
    linears = graph.sites()
    return {
        site: (
            (float(np.float32(decision.input.scale)), decision.input.zero_point),
            (float(np.float32(decision.output.scale)), decision.output.zero_point),
            tuple(weight_scales(linears[site].weight).tolist()),
        )
        for site, decision in plan.static_sites().items()
    }


def as_tuple(scales: LinearScales) -> tuple:
    return (
        (scales.input.scale, scales.input.zero_point),
        (scales.output.scale, scales.output.zero_point),
        tuple(scales.weights.tolist()),
    )


@pytest.mark.parametrize("backend", ["litert", "onnx"])
@pytest.mark.parametrize("bucket", [8, 16])
def test_scales_come_back_by_site(lowered, graph, plans, backend, bucket):
    found = static_scales(lowered(backend, "static"), bucket)
    expected = expected_scales(graph, plans["static"])
    assert {site: as_tuple(scales) for site, scales in found.items()} == expected


def test_scales_come_back_in_execution_order_from_executorch(lowered, graph, plans):
    found = static_scales(lowered("executorch", "static"))
    expected = expected_scales(graph, plans["static"])
    assert list(found) == [f"#{place}" for place in range(len(expected))]
    assert {as_tuple(scales) for scales in found.values()} == set(expected.values())


@pytest.mark.parametrize("backend", ["executorch", "litert", "onnx"])
def test_without_a_bucket_the_first_method_is_read(lowered, backend):
    path = lowered(backend, "static")
    found, expected = static_scales(path), static_scales(path, 16)
    assert {as_tuple(scales) for scales in found.values()} == {
        as_tuple(scales) for scales in expected.values()
    }


@pytest.mark.parametrize("mode", ["dynamic", "fp32"])
@pytest.mark.parametrize("backend", ["executorch", "litert", "onnx"])
def test_other_modes_have_no_static_scales(lowered, backend, mode):
    assert static_scales(lowered(backend, mode)) == {}


def test_a_bucket_that_is_not_there_is_an_error(lowered):
    with pytest.raises(EdgebertError, match=r"has bucket_.*, not bucket_99"):
        static_scales(lowered("litert", "static"), 99)
