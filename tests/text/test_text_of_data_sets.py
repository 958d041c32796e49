"""Real texts: every data set of ../shared/data, and transformers' own BertTokenizerFast.

A sample of each set by default, spread evenly over it; all texts with EDGEBERT_TEST_ALL_TEXT=1.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from text_comparison import CASED, UNCASED, Comparison

from edgebert.errors import EdgebertError
from edgebert.text import TokenizerConfig, WordPieceTokenizer

DATA = Path(__file__).parents[3] / "shared" / "data"
SETS = (
    "clinc150",
    "hwu64",
    "qamr",
    "sentence_polarity",
    "sgd",
    "slurp_lm",
    "snips",
    "squadshifts",
)
SAMPLE = 1500
BATCH = 4096


def strings(value: Any) -> Iterator[str]:
    """Every string inside of a JSON document, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        yield from strings(list(value.values()))


def texts_of(name: str) -> list[str]:
    """The different texts of a data set: lines of its text files, strings of its JSON files."""
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"no data set at ../shared/data/{name}")
    found: dict[str, None] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_text(encoding="utf-8")
        is_json = path.suffix == ".json"
        found |= dict.fromkeys(strings(json.loads(content)) if is_json else content.split("\n"))
    return list(found)


@pytest.mark.parametrize("config", [UNCASED, CASED], ids=["uncased", "cased"])
@pytest.mark.parametrize("name", SETS)
def test_texts_equal_reference(
    bert_vocabulary: list[str], name: str, config: TokenizerConfig, everything: bool
) -> None:
    texts = texts_of(name)
    chosen = texts if everything else texts[:: len(texts) // SAMPLE + 1]
    assert len(chosen) > 500
    bert = Comparison(bert_vocabulary, config)
    for start in range(0, len(chosen), BATCH):
        bert.assert_equal(chosen[start : start + BATCH])


def questions_and_contexts() -> list[tuple[str, str]]:
    path = DATA / "squadshifts" / "new_wiki_v1.0.json"
    if not path.is_file():
        pytest.skip("no data set at ../shared/data/squadshifts")
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [
        (question["question"], paragraph["context"])
        for article in articles
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]


@pytest.mark.parametrize("lowercase", [True, False], ids=["uncased", "cased"])
def test_transformers_tokenizer(
    bert_vocabulary_path: Path, bert_vocabulary: list[str], lowercase: bool, everything: bool
) -> None:
    transformers = pytest.importorskip("transformers", reason="comes with edgebert[export]")
    theirs = transformers.BertTokenizerFast.from_pretrained(
        bert_vocabulary_path.parent, do_lower_case=lowercase, local_files_only=True
    )
    ours = WordPieceTokenizer(bert_vocabulary, TokenizerConfig(lowercase=lowercase))
    pairs = questions_and_contexts()
    for question, context in pairs if everything else pairs[:: len(pairs) // 150]:
        expected = theirs(question, context, truncation=True, max_length=128)
        found = ours.encode(question, context, max_length=128)
        assert found.input_ids == expected["input_ids"]
        assert found.token_type_ids == expected["token_type_ids"]

        try:
            expected = theirs(
                question,
                context,
                truncation="only_second",
                max_length=96,
                stride=24,
                return_overflowing_tokens=True,
                return_offsets_mapping=True,
            )
        except Exception:  # One question of the set fills a window by itself.
            with pytest.raises(EdgebertError, match="leaves no room"):
                ours.encode_windows(question, context, max_length=96, stride=24)
            continue
        windows = ours.encode_windows(question, context, max_length=96, stride=24)
        assert [window.input_ids for window in windows] == expected["input_ids"]
        assert [window.token_type_ids for window in windows] == expected["token_type_ids"]
        assert [window.offsets for window in windows] == expected["offset_mapping"]
        assert [window.sequence_ids for window in windows] == [
            expected.sequence_ids(index) for index in range(len(windows))
        ]
        for ids in expected["input_ids"]:
            assert ours.decode(ids) == theirs.decode(ids, skip_special_tokens=True)
