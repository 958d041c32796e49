"""The calibration table decides the artifacts: passed back in, edited, refused."""

import json
from pathlib import Path

import onnx
import pytest
from fixtures_checkpoints import write_checkpoint
from small_exports import BACKENDS, SmallExport, export_small, program_of, scales_by_site

import edgebert
from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import Range, activation_parameters, read_table, weight_scales

CONFIG = {
    "num_hidden_layers": 1,
    **dict.fromkeys(("q_groups", "k_groups", "v_groups", "post_attention_groups"), 1),
    **dict.fromkeys(("intermediate_groups", "output_groups"), 2),
}
EDITED = "layers.0.ffn.up.1"


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> SmallExport:
    """An export that calibrates."""
    return export_small(
        tmp_path_factory.mktemp("table"), "token-classification", config=CONFIG, backends=BACKENDS
    )


def export_again(export: SmallExport, output: Path, **options):
    choices = {"calibration": str(export.calibration), "calibration_texts": 32, "buckets": (16,)}
    return edgebert.export(
        str(export.checkpoint), output, task="token-classification", **choices | options
    )


def save(export: SmallExport, path: Path, change=lambda sites: None) -> str:
    """Save the export's table after a change to its sites; return the path."""
    content = json.loads((export.bundle.root / "calibration.json").read_text())
    change(content["sites"])
    path.write_text(json.dumps(content))
    return str(path)


def weights_by_site(export: SmallExport) -> dict[tuple[float, ...], str]:
    """Return sites by the scales of their weights, outlier channels left out."""
    program = program_of(export)
    linears = program.graph.sites()
    return {
        tuple(weight_scales(linears[site].weight).tolist()): site
        for site in program.plan.static_sites()
    }


def artifacts(export_or_bundle, backends=BACKENDS) -> dict[str, bytes]:
    bundle = getattr(export_or_bundle, "bundle", export_or_bundle)
    return {
        backend: (bundle.root / bundle.artifact(backend, "static").path).read_bytes()
        for backend in backends
    }


def test_the_same_table_gives_the_same_artifacts(first, tmp_path):
    # No calibration texts: the table is all that is needed.
    table = save(first, tmp_path / "mine.json")
    again = export_again(
        first, tmp_path / "again", table=table, calibration=None, backends=("litert", "onnx")
    )
    assert artifacts(again, ("litert", "onnx")) == artifacts(first, ("litert", "onnx"))
    assert (again.root / "calibration.json").read_bytes() == (
        first.bundle.root / "calibration.json"
    ).read_bytes()


def test_texts_count_as_held_out_only_where_the_table_is_known_not_to_be_made_of_them(
    first, tmp_path
):
    table = save(first, tmp_path / "mine.json")
    known = export_again(first, tmp_path / "known", table=table, backends=("onnx",))
    unknown = export_again(
        first, tmp_path / "unknown", table=table, calibration=None, backends=("onnx",)
    )
    for bundle, expected in ((first.bundle, True), (known, True), (unknown, False)):
        assert {row.held_out for row in bundle.manifest.fidelity} == {expected}


def test_the_same_texts_give_the_same_table(first, tmp_path):
    again = export_again(first, tmp_path / "again", backends=("onnx",))
    for name in ("calibration.json", "self_test.json"):
        assert (again.root / name).read_bytes() == (first.bundle.root / name).read_bytes()
    assert artifacts(again, ("onnx",)) == artifacts(first, ("onnx",))


def test_another_observer_gives_another_table(first, tmp_path):
    again = export_again(first, tmp_path / "again", backends=("onnx",), observer="minmax")
    assert again.manifest.calibration.observer == "minmax"
    sites = read_table(again.root / "calibration.json").sites
    for site, ranges in first.table.sites.items():
        # The others never leave the observed range.
        assert sites[site].input.min <= ranges.input.min
        assert ranges.input.max <= sites[site].input.max
    assert sites != first.table.sites


def test_an_edited_range_changes_that_scale_in_all_artifacts_and_no_other(first, tmp_path):
    new = Range(min=-3.0, max=5.0)

    def edit(sites):
        sites[EDITED]["input"] = {"min": new.min, "max": new.max}

    edited = export_again(first, tmp_path / "edited", table=save(first, tmp_path / "t.json", edit))
    sites = weights_by_site(first)
    parameters = activation_parameters(new)
    for backend in BACKENDS:
        before = scales_by_site(first.artifact(backend), 16, sites)
        path = edited.root / edited.artifact(backend, "static").path
        after = scales_by_site(path, 16, sites)
        assert set(before) == set(sites.values())
        _, target, weights = before[EDITED]
        assert (
            before | {EDITED: ((parameters.scale, parameters.zero_point), target, weights)} == after
        )
        assert before != after


def test_a_channel_added_to_the_outliers_is_split_off(first, tmp_path):
    def edit(sites):
        sites["layers.0.ffn.down.0"]["output_outliers"] = [3]

    table = save(first, tmp_path / "t.json", edit)
    edited = export_again(first, tmp_path / "edited", table=table, backends=("onnx",))
    model = onnx.load(edited.root / edited.artifact("onnx", "static").path)
    weight = next(
        t for t in model.graph.initializer if t.name == "layers.0.ffn.down.0.weight.integers"
    )
    rows = onnx.numpy_helper.to_array(weight)
    assert not rows[3].any()
    assert rows[2].any()
    # Computed apart it is the same model: fp32 to within the int8 steps.
    assert all(row.snr_db > 20 for row in edited.manifest.fidelity)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"num_hidden_layers": 2}, "lacks the sites 'layers.1."),
        ({"intermediate_groups": 4}, "lacks the sites 'layers.0.ffn.up.2'"),
        ({"output_groups": 1}, "has the unknown sites 'layers.0.ffn.down.1'"),
    ],
)
def test_a_table_of_another_graph_is_refused(first, tmp_path, config, expected):
    write_checkpoint(tmp_path / "other", "SqueezeBertForTokenClassification", **CONFIG | config)
    with pytest.raises(EdgebertError) as caught:
        edgebert.export(
            str(tmp_path / "other"),
            tmp_path / "bundle",
            task="token-classification",
            table=str(first.bundle.root / "calibration.json"),
            backends=("onnx",),
        )
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_a_table_of_another_checkpoint_of_the_same_shape_is_refused(first, tmp_path):
    write_checkpoint(tmp_path / "other", "SqueezeBertForTokenClassification", seed=9, **CONFIG)
    with pytest.raises(EdgebertError, match="was made of another checkpoint"):
        edgebert.export(
            tmp_path / "other",
            tmp_path / "bundle",
            task="token-classification",
            table=first.bundle.root / "calibration.json",
            backends=("onnx",),
        )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda sites: sites[EDITED]["input"].update(min=9.0, max=1.0), EDITED),
        (
            lambda sites: sites[EDITED].update(output_outliers=[999]),
            "output outlier channels [999]",
        ),
        (lambda sites: sites[EDITED].update(input_outliers=[99]), "input outlier channels [99]"),
        (lambda sites: sites.update(head={"input": 1}), "$.sites['head']"),
        (lambda sites: sites.pop(EDITED), f"lacks the sites '{EDITED}'"),
    ],
)
def test_a_table_edited_wrongly_is_refused(first, tmp_path, change, expected):
    table = save(first, tmp_path / "table.json", change)
    with pytest.raises(EdgebertError) as caught:
        export_again(first, tmp_path / "bundle", table=table, backends=("onnx",))
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["table.json"]


def test_two_ranges_for_one_tensor_are_refused_where_a_file_has_one(tmp_path):
    """With other groups for the values, queries and keys are two linears on one input."""
    config = {**CONFIG, "v_groups": 2}
    task = "token-classification"
    export = export_small(tmp_path / "first", task, config=config, backends=("onnx",))

    def widen(sites):
        sites["layers.0.attention.query.0"]["input"]["max"] *= 1.5

    table = save(export, tmp_path / "table.json", widen)
    message = "query.0 and layers.0.attention.key.0 read the same values"
    with pytest.raises(EdgebertError, match=message):
        export_again(export, tmp_path / "litert", table=table, backends=("litert",))
    bundle = export_again(export, tmp_path / "onnx", table=table, backends=("onnx",))
    assert bundle.manifest.artifacts
