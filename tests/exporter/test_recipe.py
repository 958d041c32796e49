"""Recipes: what they accept, and that they come back from TOML as they were."""

import string
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgebert.bundle.manifest import BACKENDS, MODES, POOLINGS
from edgebert.errors import EdgebertError
from edgebert.exporter.calibration import OBSERVERS
from edgebert.exporter.recipe import (
    Recipe,
    find_checkpoint,
    read_recipe,
    recipe_for,
    write_recipe,
)
from edgebert.tasks import TASKS

PLAIN = {"checkpoint": "someone/model", "task": "fill-mask"}


def some(names):
    return st.lists(st.sampled_from(list(names)), min_size=1, unique=True).map(tuple)


# Anything TOML can hold; surrogates are no text.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
NAMES = st.text(string.ascii_letters + "äß", min_size=1, max_size=9)

RECIPES = st.builds(
    Recipe,
    checkpoint=TEXT,
    task=st.sampled_from(TASKS),
    calibration=st.none() | NAMES.map(lambda name: f"{name}.jsonl"),
    field=st.none() | TEXT,
    pair_field=st.none() | TEXT,
    table=st.none() | NAMES.map(lambda name: f"{name}.json"),
    backends=some(BACKENDS),
    buckets=st.none() | st.lists(st.integers(3, 512), min_size=1).map(tuple),
    modes=some(MODES),
    observer=st.sampled_from(list(OBSERVERS)),
    calibration_texts=st.integers(1, 10**6),
    outlier_limit=st.integers(0, 100),
    outlier_ratio=st.floats(1, 100, exclude_min=True),
    pooling=st.none() | st.sampled_from(list(POOLINGS)),
    revision=st.none() | TEXT,
    fp32_sites=st.lists(TEXT).map(tuple),
    evaluate=st.none() | NAMES.map(lambda name: f"{name}.csv"),
    temperature_from=st.none() | NAMES.map(lambda name: f"{name}.jsonl"),
    label_field=st.none() | TEXT,
    out_of_scope=st.lists(TEXT).map(tuple),
    max_drop=st.none() | st.floats(0, 100),
    label_threshold=st.none() | st.floats(0, 1, exclude_min=True, exclude_max=True),
    fp16=st.booleans(),
)


def write(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


@given(RECIPES)
def test_a_recipe_comes_back_as_it_was(tmp_path_factory, recipe):
    folder = tmp_path_factory.getbasetemp()
    found = read_recipe(write(folder, write_recipe(recipe)))
    changes = {
        name: str(folder / getattr(recipe, name))
        for name in ("calibration", "table", "evaluate", "temperature_from")
        if getattr(recipe, name) is not None
    }
    if (folder / recipe.checkpoint).is_dir():  # "." and "/" among others
        changes["checkpoint"] = found.checkpoint
    assert found == msgspec.structs.replace(recipe, **changes)


def test_a_recipe_in_a_bundle_tells_nothing_of_the_machine(tmp_path):
    (tmp_path / "model").mkdir()
    recipe = Recipe(
        checkpoint=str(tmp_path / "model"),
        task="fill-mask",
        calibration=str(tmp_path / "texts.txt"),
        table=str(tmp_path / "table.json"),
    )
    written = write_recipe(recipe)
    assert str(tmp_path) not in written
    assert 'checkpoint = "model"' in written
    assert 'calibration = "texts.txt"' in written


def test_the_files_of_a_recipe_lie_beside_it(tmp_path):
    (tmp_path / "model").mkdir()
    path = write(
        tmp_path,
        'checkpoint = "model"\ntask = "fill-mask"\ncalibration = "../texts.txt"\n'
        'table = "/elsewhere/table.json"\n',
    )
    recipe = read_recipe(path)
    assert Path(recipe.checkpoint) == tmp_path / "model"
    assert Path(recipe.calibration).resolve() == tmp_path.parent / "texts.txt"
    assert recipe.table == "/elsewhere/table.json"


def test_a_checkpoint_that_is_no_folder_stays_a_hub_id(tmp_path):
    path = write(tmp_path, 'checkpoint = "someone/model"\ntask = "fill-mask"\n')
    assert read_recipe(path).checkpoint == "someone/model"


def test_options_override_the_file(tmp_path):
    path = write(
        tmp_path, 'checkpoint = "a"\ntask = "fill-mask"\nmodes = ["fp32"]\nobserver = "minmax"\n'
    )
    recipe = recipe_for(str(path), {"modes": ("dynamic",), "buckets": (16,)})
    assert (recipe.modes, recipe.buckets, recipe.observer) == (("dynamic",), (16,), "minmax")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("checkpoint = ", "not TOML"),
        ('task = "fill-mask"\n', "missing required field `checkpoint`"),
        ('checkpoint = "a"\ntask = "fill-mask"\nbucket = 3\n', "`bucket`"),
        ('checkpoint = "a"\ntask = "fill-mask"\nbuckets = ["x"]\n', "Expected `int`"),
        ('checkpoint = "a"\ntask = "fill-mask"\nmodes = ["int4"]\n', "int4"),
        ('checkpoint = 3\ntask = "fill-mask"\n', "Expected `str`"),
    ],
)
def test_a_wrong_recipe_is_refused_in_one_line(tmp_path, text, expected):
    with pytest.raises(EdgebertError) as caught:
        read_recipe(write(tmp_path, text))
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_recipe_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "recipe.toml").write_bytes('checkpoint = "ä"'.encode("utf-16"))
    with pytest.raises(EdgebertError, match="not TOML"):
        read_recipe(tmp_path / "recipe.toml")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"task": "translation"}, "task 'translation'"),
        ({"observer": "median"}, "observer 'median'"),
        ({"pooling": "max", "task": "feature-extraction"}, "pooling 'max'"),
        ({"backends": ()}, "backends: found none"),
        ({"modes": ()}, "modes: found none"),
        ({"buckets": (16, 2)}, "bucket 2"),
        ({"calibration_texts": 0}, "calibration_texts"),
        ({"outlier_limit": -1}, "outlier_limit"),
        ({"outlier_ratio": 1.0}, "outlier_ratio 1: expected more than 1"),
        ({"outlier_ratio": float("nan")}, "outlier_ratio nan"),
        ({"modes": ("static",)}, "--calibration"),
        (
            {"table": "t.json", "observer": "minmax"},
            "observer minmax: has no effect",
        ),
        ({"table": "t.json", "outlier_limit": 2}, "outlier_limit 2: has no effect"),
        ({"fp16": True}, "fp16: says what a .tflite computes"),
        ({"fp16": True, "modes": ("dynamic",), "backends": ("onnx",)}, "--backend litert"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_before_anything_is_loaded(options, expected):
    recipe = Recipe(**PLAIN | {"modes": ("fp32",)} | options)
    with pytest.raises(EdgebertError) as caught:
        recipe.check()
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_static_mode_does_with_a_table_instead_of_texts():
    Recipe(**PLAIN, table="table.json").check()


def test_no_task_is_refused_with_the_names_of_all():
    with pytest.raises(EdgebertError, match=r"task: missing.*fill-mask.*--task"):
        recipe_for("someone/model", {})


def test_an_unknown_option_is_refused():
    with pytest.raises(EdgebertError, match="bucket"):
        recipe_for("someone/model", {"task": "fill-mask", "bucket": 16})


@pytest.mark.parametrize(
    ("checkpoint", "expected"),
    [
        ("package:no_such_package/model", "no_such_package is not installed.*no-such-package"),
        ("package:not a name", "is not installed"),
        ("package:edgebert/no/such", "no folder no/such"),
    ],
)
def test_a_package_without_the_checkpoint_is_refused(checkpoint, expected):
    with pytest.raises(EdgebertError, match=expected):
        find_checkpoint(checkpoint)


def test_other_checkpoints_are_found_where_they_say():
    assert find_checkpoint("someone/model") == "someone/model"
    assert Path(find_checkpoint("package:edgebert/exporter")).name == "exporter"


def test_a_folder_in_the_users_home_is_written_as_a_name(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "models" / "intents").mkdir(parents=True)
    recipe = Recipe(checkpoint="~/models/intents", task="text-classification")
    assert 'checkpoint = "intents"' in write_recipe(recipe)


def test_an_unknown_field_is_answered_by_those_there_are(tmp_path):
    path = write(tmp_path, 'checkpoint = "a"\ntask = "fill-mask"\nbackend = ["onnx"]\n')
    with pytest.raises(EdgebertError, match=r"unknown field `backend`; the fields are .*backends,"):
        read_recipe(path)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (
            {"modes": ("fp32", "int8")},
            r"modes\[1\]: .*'int8', expected one of static, dynamic, fp32$",
        ),
        ({"backends": ("tflite",)}, r"backends\[0\]: .*expected one of executorch, litert, onnx$"),
    ],
)
def test_an_unknown_name_is_answered_by_those_there_are(options, line):
    with pytest.raises(EdgebertError, match=line):
        recipe_for("a", {"task": "fill-mask", **options})
