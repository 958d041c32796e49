"""The command `edgebert train`."""

import json

import pytest
from small_trainings import write_recipe
from typer.testing import CliRunner

from edgebert.cli import app


def run(*arguments):
    result = CliRunner().invoke(app, ["train", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_it_trains_and_shows_a_table(folder, tmp_path):
    recipe = write_recipe(folder, "intent-and-slots", distil=True, epochs=2)
    output = tmp_path / "assistant"
    done = run(recipe, "-o", output, "--device", "cpu", "--seed", 2, "--limit", 20)
    assert done.exit_code == 0, done.stderr
    assert "distil: step 3 of 3" in done.stderr
    assert "task: step 6 of 6" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("assistant: on cpu")
    assert [line.split()[0] for line in lines[3:5]] == ["distil", "task"]
    assert "A trial on 20 rows" in done.stdout
    assert json.loads((output / "training.json").read_text())["recipe"]["seed"] == 2
    options = ("--device", "cpu", "--seed", 2, "--limit", 20, "--json")
    again = json.loads(run(recipe, "-o", tmp_path / "again", *options).stdout)
    first = json.loads((output / "training.json").read_text())
    assert again["result"] == first["result"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--device", "tpu"], "error: --device tpu: unknown, expected one of auto, cpu, cuda"),
        (["--limit", "1"], "error: --limit: found 1, expected 2 rows or more"),
        (["--seed", "-1"], "error: seed is -1, expected at least 0"),
        (["--init", "./none"], "error: ./none: no such folder"),
    ],
)
def test_a_wrong_option_is_one_line(folder, tmp_path, options, message):
    recipe = write_recipe(folder, "text-classification")
    done = run(recipe, "-o", tmp_path / "x", *options)
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1].startswith(message)
    assert not (tmp_path / "x").exists()


def test_a_teacher_needs_a_task(folder, tmp_path):
    done = run(write_recipe(folder, distil=True), "-o", tmp_path / "x", "--teacher", folder)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "has no [task] to learn logits for" in done.stderr


def test_the_projects_recipes_are_read():
    from test_training_datasets import RECIPES

    from edgebert.training.recipe import read_training_recipe

    found = {path.stem: read_training_recipe(path) for path in RECIPES.glob("*.toml")}
    assert {"assistant", "assistant-groups1", "snips", "clinc150"} <= set(found)
    assert found["assistant"].init.groups == 4
    assert found["assistant-groups1"].init.groups == 1
    bound, shipped = found["assistant-groups1"].task, found["assistant"].task
    assert (bound.train, bound.validation) == (shipped.train, shipped.validation)
