"""A run that is killed goes on, and ends with the weights of a run that was not."""

import multiprocessing
import os
import signal

import pytest
from small_trainings import recipe_of

from edgebert.errors import EdgebertError
from edgebert.training.job import run_training, with_changes
from edgebert.training.states import last_state


def run_and_die(recipe, folder, output, stage, step):
    """Train in this process, and kill it after a step of a stage."""

    def progress(phase, done, total):
        if (phase, done) == (stage, step):
            os.kill(os.getpid(), signal.SIGKILL)

    run_training(recipe, folder, output, device="cpu", progress=progress)


def kill_at(recipe, folder, output, stage, step):
    """Train in a process of its own until it is killed."""
    process = multiprocessing.get_context("fork").Process(
        target=run_and_die, args=(recipe, folder, output, stage, step)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@pytest.fixture(scope="module")
def recipe(folder):
    # A state every 4 steps: inside of epochs of 6, and at their ends.
    return recipe_of(folder, "intent-and-slots", distil=True, epochs=3, save_steps=4)


@pytest.fixture(scope="module")
def uninterrupted(recipe, folder, tmp_path_factory):
    output = tmp_path_factory.mktemp("uninterrupted") / "model"
    return run_training(recipe, folder, output, device="cpu")


def curve(record, stage):
    """Return what was logged, without what depends on when the process began."""
    return [
        {name: value for name, value in entry.items() if name != "loss"}
        for entry in record["stages"][stage]["history"]
        if "train_runtime" not in entry
    ]


def test_killed_twice_it_ends_with_the_same_weights(recipe, folder, tmp_path, uninterrupted):
    output = tmp_path / "model"
    kill_at(recipe, folder, output, "distil", 7)
    assert not output.exists()
    kill_at(recipe, folder, output, "task", 11)
    assert not output.exists()
    training = run_training(recipe, folder, output, device="cpu")
    stages = training.record["stages"]
    assert stages["distil"]["resumed_at_step"] == 4
    assert stages["task"]["resumed_at_step"] == 8
    assert training.record["result"] == uninterrupted.record["result"]
    for stage in ("distil", "task"):
        assert curve(training.record, stage) == curve(uninterrupted.record, stage)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize(("stage", "step"), [("task", 13), ("writing", 0), ("distil", 14)])
def test_killed_at_an_edge_it_ends_with_the_same_weights(
    recipe, folder, tmp_path, uninterrupted, stage, step
):
    # 13: saved at 12, where an epoch ends. Writing: saved after the last step.
    output = tmp_path / "model"
    kill_at(recipe, folder, output, stage, step)
    training = run_training(recipe, folder, output, device="cpu")
    assert training.record["result"] == uninterrupted.record["result"]


def test_a_state_that_was_half_written_is_not_used(recipe, folder, tmp_path, uninterrupted):
    output = tmp_path / "model"
    kill_at(recipe, folder, output, "task", 11)
    states = tmp_path / ".model.training" / "task"
    half = states / "checkpoint-12"
    half.mkdir()
    (half / "trainer_state.json").write_text('{"global_step": 12, "log_his')
    assert last_state(states).step == 8
    assert not half.exists()
    training = run_training(recipe, folder, output, device="cpu")
    assert training.record["result"] == uninterrupted.record["result"]


def test_a_run_of_another_recipe_is_not_gone_on_with(recipe, folder, tmp_path):
    output = tmp_path / "model"
    kill_at(recipe, folder, output, "task", 5)
    other = with_changes(recipe, seed=5)
    with pytest.raises(EdgebertError, match="an unfinished run with another recipe, data, seed"):
        run_training(other, folder, output, device="cpu")
    training = run_training(other, folder, output, device="cpu", restart=True)
    assert training.record["recipe"]["seed"] == 5
    assert training.record["stages"]["task"]["resumed_at_step"] == 0


def test_two_runs_do_not_share_an_output(recipe, folder, tmp_path):
    output = tmp_path / "model"

    def second(phase, done, total):
        if phase == "distil":
            with pytest.raises(EdgebertError, match=r"training .*model: process"):
                run_training(recipe, folder, output, device="cpu")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_training(recipe, folder, output, device="cpu", progress=second)
    assert not output.exists()
