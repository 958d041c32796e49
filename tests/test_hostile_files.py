"""What people hand in as files: any bytes are read, or refused in one line."""

import random

import pytest
from fuzz import by_mutation, mutated
from fuzzing.readers import READERS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgebert.errors import EdgebertError
from edgebert.exporter.recipe import read_recipe
from edgebert.records import read_lines

# They are the beginnings of files that are none, as small ones that are real would be binaries.
NO_SEEDS_TAKEN = {"pte", "tflite", "onnx"}


@pytest.mark.parametrize("name", READERS)
def test_seeds_are_taken_or_refused_and_one_is_taken(name, tmp_path):
    taken = [READERS[name].try_on(content, tmp_path) for content in READERS[name].seeds()]
    assert any(taken) or name in NO_SEEDS_TAKEN
    assert taken


@pytest.mark.parametrize("name", READERS)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(dice=st.randoms(use_true_random=False), noise=st.binary(max_size=40))
def test_any_bytes_are_read_or_one_line(name, tmp_path, dice, noise):
    seeds = [*READERS[name].seeds(), noise]
    taken = READERS[name].try_on(mutated(seeds, dice), tmp_path)
    assert taken in (True, False)


def test_a_reader_that_fails_otherwise_is_found(tmp_path, monkeypatch):
    """The loop itself: what is no answer and no line of ours is kept."""

    def read(path):
        if b"light" not in path.read_bytes():
            raise KeyError("light")

    reader = READERS["texts-txt"]
    monkeypatch.setitem(READERS, "texts-txt", type(reader)(reader.file, read, reader.folder))
    outcome = by_mutation("texts-txt", 20, tmp_path / "findings", 0)
    assert "KeyError" in outcome.finding
    (kept,) = (tmp_path / "findings").iterdir()
    assert b"light" not in kept.read_bytes()


def test_equal_seeds_make_equal_inputs():
    seeds = list(READERS["recipe"].seeds())
    one, other = random.Random(3), random.Random(3)
    assert [mutated(seeds, one) for _ in range(50)] == [mutated(seeds, other) for _ in range(50)]


def test_a_name_with_a_nul_as_a_recipe_can_hold_it(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text('checkpoint = "x"\ntask = "fill-mask"\ncalibration = "a\\u0000b.txt"\n')
    with pytest.raises(EdgebertError, match="cannot be read"):
        list(read_lines(tmp_path / read_recipe(path).calibration))
