"""Recipes: what they say, and errors in one line."""

import pytest
from small_trainings import recipe_of, write_jsonl, write_recipe

from edgebert.errors import EdgebertError
from edgebert.training.job import run_training
from edgebert.training.recipe import read_training_recipe

GOOD = """
[init]
checkpoint = "bert"

[task]
name = "text-classification"
train = ["rows.jsonl"]
validation = "rows.jsonl"
"""


def read(folder, text):
    path = folder / "recipe.toml"
    path.write_text(text)
    return read_training_recipe(path)


def test_everything_else_has_a_default(tmp_path):
    recipe = read(tmp_path, GOOD)
    assert recipe.init.groups is None
    assert recipe.distil is None
    assert (recipe.task.schedule, recipe.weights) == ("one-cycle", "float32")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[init", "not TOML"),
        ("max_length = 9", "missing required field `init`"),
        ('[init]\ncheckpoint = "x"', "has neither [distil] nor [task]"),
        (
            GOOD + "colour = 3",
            "unknown field `colour`; the fields are batch_size,",
        ),
        (GOOD + 'epochs = "many"', "task.epochs: Expected `int`, got `str`"),
        (GOOD + "epochs = 0", "task_epochs is 0, expected at least 1"),
        (GOOD + "batch_size = 0", "task_batch_size is 0, expected at least 1"),
        (GOOD + "learning_rate = 0.0", "task.learning_rate is 0.0, expected above 0"),
        (GOOD + "learning_rate = nan", "task.learning_rate is nan, expected above 0"),
        (GOOD + "label_smoothing = 1.0", "label_smoothing is 1.0, expected 0 or more and below 1"),
        (GOOD + "warmup = -0.1", "task_warmup is -0.1, expected 0 or more and below 1"),
        (
            GOOD + 'schedule = "cosine"',
            "'cosine', expected one of one-cycle, linear",
        ),
        (GOOD.replace("text-cl", "cl"), "task.name 'classification': unknown, expected one of"),
        (GOOD.replace('["rows.jsonl"]', "[]"), "task.train: found none"),
        (
            GOOD.replace("text-classification", "question-answering") + 'out_of_scope = "x"',
            "task.out_of_scope: goes with a text's label",
        ),
        (
            GOOD.replace("text-cl", "token-cl") + 'pooler = "identity"',
            "task.pooler: token-classification has none",
        ),
        (GOOD + 'texts = ["t.txt"]', "task.texts: have no labels, so they need a teacher"),
        (
            GOOD.replace("text-classification", "question-answering")
            + 'teacher = "t"\ntexts = ["t.txt"]',
            "task.texts: have no labels, so they need a teacher, and a task whose input is a text",
        ),
        (
            '[init]\ncheckpoint = "x"\n[distil]\ntexts = ["t.txt"]\nsteps = 1\n'
            "hidden_weight = 0.0\nrelation_weight = 0.0",
            "so distil learns nothing",
        ),
    ],
)
def test_a_wrong_recipe_is_one_line(tmp_path, text, message):
    with pytest.raises(EdgebertError) as caught:
        read(tmp_path, text)
    line = str(caught.value)
    assert line.startswith(f"recipe {tmp_path / 'recipe.toml'}: ")
    assert message in line
    assert "\n" not in line


def test_a_recipe_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(EdgebertError, match=r"none\.toml: No such file"):
        read_training_recipe(tmp_path / "none.toml")


BAD_ROWS = [
    ("text-classification", {"text": "turn on"}, "has no field 'label'"),
    ("text-classification", {"text": 3, "label": "switch on"}, "field 'text' is 3, expected a str"),
    ("text-classification", {"text": "on", "label": 4}, "field 'label' is 4, expected a string"),
    ("token-classification", {"tokens": ["on"], "tags": []}, "has 1 tokens and 0 tags"),
    ("token-classification", {"tokens": ["on"], "tags": ["X"]}, "expected O, or B- or I-"),
    ("intent-and-slots", {"label": "switch on"}, "has no field 'text'"),
    (
        "question-answering",
        {"question": "what", "context": "the lamp", "answers": ["light"]},
        "the answer 'light' does not stand in the context",
    ),
    (
        "question-answering",
        {"question": "what", "context": "a a", "answers": ["a"], "answer_start": 1},
        "expected the place of the first answer in the context",
    ),
]


@pytest.mark.parametrize(("task", "row", "message"), BAD_ROWS)
def test_a_wrong_row_is_one_line_that_names_it(folder, tmp_path, task, row, message):
    rows = (folder / f"{task}.jsonl").read_text().splitlines(keepends=True)
    file = folder / f"bad-{task}.jsonl"
    write_jsonl(file, [row])
    file.write_text("".join(rows[:3]) + file.read_text())
    path = write_recipe(folder, task, extra=f"# {message}\n")
    path.write_text(path.read_text().replace(f'["{task}.jsonl"]', f'["{file.name}"]'))
    with pytest.raises(EdgebertError) as caught:
        run_training(read_training_recipe(path), folder, tmp_path / "x", device="cpu")
    assert f"{file}: line 4: " in str(caught.value)
    assert message in str(caught.value)
    assert not (tmp_path / "x").exists()


def changed(folder, old, new, task="text-classification"):
    path = write_recipe(folder, task, extra=f"# {hash(new)}\n")
    path.write_text(path.read_text().replace(old, new))
    return read_training_recipe(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["text-classification.jsonl"]', '["none.jsonl"]', r"none\.jsonl: cannot be read"),
        ('checkpoint = "bert"', 'checkpoint = "./nowhere"', "no such folder"),
        ('checkpoint = "bert"', 'checkpoint = "package:no_such/x"', "no_such is not installed"),
        ("groups = 4", "groups = 3", "init: groups 3 does not divide hidden_size 32"),
        ("max_length = 16", "max_length = 99", "max_length is 99, expected 40 at most"),
        ('validation = "text', 'validation = "nothing', "cannot be read"),
        ("epochs = 3", 'epochs = 3\nout_of_scope = "oos"', "no training row has this label"),
    ],
)
def test_what_a_recipe_names_wrongly_is_one_line(folder, tmp_path, old, new, message):
    with pytest.raises(EdgebertError, match=message) as caught:
        run_training(changed(folder, old, new), folder, tmp_path / "x", device="cpu")
    assert "\n" not in str(caught.value)


def test_a_validation_row_of_another_label_is_refused(folder, tmp_path):
    write_jsonl(folder / "dim.jsonl", [{"text": "dim the light", "label": "dim"}])
    recipe = changed(folder, 'validation = "text-classification.jsonl"', 'validation = "dim.jsonl"')
    with pytest.raises(EdgebertError, match=r"line 1: field 'label' is 'dim', expected one of the"):
        run_training(recipe, folder, tmp_path / "x", device="cpu")


def test_a_file_as_output_is_refused(folder, tmp_path):
    (tmp_path / "x").write_text("")
    with pytest.raises(EdgebertError, match="is a file, expected a folder"):
        run_training(recipe_of(folder, "text-classification"), folder, tmp_path / "x", device="cpu")
