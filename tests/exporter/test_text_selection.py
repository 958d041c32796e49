"""Which texts are calibrated on, and which the artifacts are verified on."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_exports import some_texts

from edgebert.errors import EdgebertError
from edgebert.exporter.preparation import choose_buckets
from edgebert.exporter.recipe import DEFAULT_BUCKETS, Recipe
from edgebert.exporter.text_selection import VERIFICATION_TEXTS, choose_texts


def recipe_of(**options) -> Recipe:
    return Recipe(checkpoint="a", task="fill-mask", **options)


def write(path: Path, texts) -> str:
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return str(path)


@given(count=st.integers(1, 300), wanted=st.integers(1, 300))
def test_texts_are_divided_where_there_are_enough(tmp_path_factory, count, wanted):
    texts = [f"text {number}" for number in range(count)]
    path = write(tmp_path_factory.getbasetemp() / "divided.txt", texts)
    chosen = choose_texts(recipe_of(calibration=path, calibration_texts=wanted))
    calibrated = {sample.text for sample in chosen.calibration}
    verified = {sample.text for sample in chosen.verification}
    assert len(chosen.calibration) == len(calibrated) == min(wanted, count)
    assert len(chosen.verification) == len(verified) == VERIFICATION_TEXTS
    rest = set(texts) - calibrated
    assert len(verified & rest) == min(len(rest), VERIFICATION_TEXTS)
    assert len(verified & set(texts)) == min(count, VERIFICATION_TEXTS)
    assert chosen.held_out == (len(rest) >= VERIFICATION_TEXTS)
    assert chosen.held_out == (not verified & calibrated)


def test_a_text_that_appears_again_counts_once(tmp_path):
    path = write(tmp_path / "texts.txt", ["the same"] * 500 + ["another"])
    chosen = choose_texts(recipe_of(calibration=path, calibration_texts=10))
    assert {sample.text for sample in chosen.calibration} == {"the same", "another"}
    assert not chosen.held_out


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("what a day", "what [MASK] day"),
        ("one two three four five six seven " * 9, "one two [MASK] four five six seven"),
        ("hello", "hello [MASK]"),
        ("it is [MASK] here", "it is [MASK] here"),
    ],
)
def test_texts_for_masked_language_models_hold_a_mask(tmp_path, text, masked):
    path = write(tmp_path / "texts.txt", [text])
    chosen = choose_texts(recipe_of(calibration=path), mask="[MASK]")
    assert chosen.calibration[0].text.startswith(masked)
    assert all(sample.text.count("[MASK]") == 1 for sample in chosen.verification)
    assert len(set(chosen.verification)) == VERIFICATION_TEXTS


def test_without_a_file_our_own_sentences_verify():
    chosen = choose_texts(recipe_of(modes=("fp32",)))
    assert (chosen.calibration, chosen.held_out) == ((), True)
    assert len(set(chosen.verification)) == VERIFICATION_TEXTS


@pytest.mark.parametrize(
    ("task", "file", "paired"),
    [
        ("question-answering", None, True),
        ("text-classification", None, False),
        ("text-classification", "texts.csv", False),
        ("text-classification", "pairs.csv", True),
    ],
)
def test_our_own_sentences_are_pairs_where_the_users_are(tmp_path, task, file, paired):
    (tmp_path / "texts.csv").write_text("text\none\n")
    (tmp_path / "pairs.csv").write_text("text,pair\none,two\n")
    recipe = Recipe(
        checkpoint="a",
        task=task,
        modes=("fp32",),
        calibration=None if file is None else str(tmp_path / file),
        field=file and "text",
        pair_field="pair" if file == "pairs.csv" else None,
    )
    verification = choose_texts(recipe).verification
    assert len(verification) == VERIFICATION_TEXTS
    assert {sample.pair is not None for sample in verification} == {paired}


def test_pairs_are_read_by_the_names_of_their_fields(tmp_path):
    path = tmp_path / "pairs.csv"
    rows = [f"{text},what is it" for text in some_texts(5)]
    path.write_text("a,b\n" + "\n".join(row.replace(",", "", row.count(",") - 1) for row in rows))
    recipe = Recipe(
        checkpoint="a",
        task="question-answering",
        calibration=str(path),
        field="a",
        pair_field="b",
    )
    chosen = choose_texts(recipe)
    assert {sample.pair for sample in chosen.calibration} == {"what is it"}


def test_pairs_are_refused_where_the_task_takes_single_texts(tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text('{"question": "where", "context": "here"}\n')
    recipe = Recipe(checkpoint="a", task="feature-extraction", calibration=str(path))
    with pytest.raises(EdgebertError, match="has pairs of texts, but feature-extraction takes"):
        choose_texts(recipe)


@pytest.mark.parametrize("task", ["question-answering", "multiple-choice"])
def test_single_texts_are_refused_where_the_task_takes_pairs(tmp_path, task):
    recipe = Recipe(
        checkpoint="a", task=task, calibration=write(tmp_path / "texts.txt", ["one", "two"])
    )
    with pytest.raises(EdgebertError, match="its texts have no second text"):
        choose_texts(recipe)


def checkpoint_of(positions: int) -> SimpleNamespace:
    return SimpleNamespace(max_length=positions, source="model")


@given(positions=st.integers(3, 600))
def test_default_buckets_fit_the_positions(positions):
    buckets = choose_buckets(recipe_of(), checkpoint_of(positions))
    assert buckets
    assert max(buckets) <= positions
    assert buckets == tuple(b for b in DEFAULT_BUCKETS if b <= positions) or positions < 16


def test_chosen_buckets_ascend_each_once():
    found = choose_buckets(recipe_of(buckets=(64, 16, 64, 33)), checkpoint_of(64))
    assert found == (16, 33, 64)


def test_a_bucket_beyond_the_positions_is_refused():
    with pytest.raises(EdgebertError, match="bucket 65: model takes at most 64"):
        choose_buckets(recipe_of(buckets=(16, 65)), checkpoint_of(64))
