"""The tokenizer's interface: special tokens, masks, decoding, settings, wrong input."""

import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import edgebert.text
from edgebert.errors import EdgebertError
from edgebert.text import TokenizerConfig, WordPieceTokenizer
from edgebert.text.memo import Memo

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = [
    *SPECIAL,
    "the",
    "cap",
    "##ital",
    "of",
    "is",
    "paris",
    ".",
    "'",
    "s",
    "[",
    "]",
    "mask",
]
VOCABULARY += ["a", "##b", "[ok]"]


@pytest.fixture
def tokenizer() -> WordPieceTokenizer:
    return WordPieceTokenizer(VOCABULARY, TokenizerConfig())


def tokens(tokenizer: WordPieceTokenizer, ids: list[int]) -> list[str]:
    return [tokenizer.token(id) for id in ids]


def test_encoding_of_a_pair(tokenizer: WordPieceTokenizer) -> None:
    encoding = tokenizer.encode("The Capital", "of.", max_length=16)
    names = ["[CLS]", "the", "cap", "##ital", "[SEP]", "of", ".", "[SEP]"]
    assert tokens(tokenizer, encoding.input_ids) == names
    assert encoding.token_type_ids == [0, 0, 0, 0, 0, 1, 1, 1]
    assert encoding.offsets == [(0, 0), (0, 3), (4, 7), (7, 11), (0, 0), (0, 2), (2, 3), (0, 0)]
    assert encoding.sequence_ids == [None, 0, 0, 0, None, 1, 1, None]


def test_ids_of_special_tokens(tokenizer: WordPieceTokenizer) -> None:
    ids = (tokenizer.pad_id, tokenizer.unknown_id, tokenizer.classify_id)
    assert (*ids, tokenizer.separate_id, tokenizer.mask_id) == (0, 1, 2, 3, 4)


@pytest.mark.parametrize("text", ["", " ", "\u200b\u200d", "\t\r\n", "\x00\ufffd"])
def test_texts_without_content(tokenizer: WordPieceTokenizer, text: str) -> None:
    assert tokens(tokenizer, tokenizer.encode(text, max_length=8).input_ids) == ["[CLS]", "[SEP]"]


def test_typed_special_tokens_are_plain_text(tokenizer: WordPieceTokenizer) -> None:
    encoding = tokenizer.encode("[SEP] [MASK]", max_length=16)
    expected = ["[CLS]", "[", "[UNK]", "]", "[", "mask", "]", "[SEP]"]
    assert tokens(tokenizer, encoding.input_ids) == expected


def test_mask_is_read_where_it_is_allowed(tokenizer: WordPieceTokenizer) -> None:
    encoding = tokenizer.encode("the[MASK]of [SEP] [mask]", max_length=16, allow_mask=True)
    expected = ["[CLS]", "the", "[MASK]", "of", "[", "[UNK]", "]", "[", "mask", "]", "[SEP]"]
    assert tokens(tokenizer, encoding.input_ids) == expected
    assert encoding.offsets[1:4] == [(0, 3), (3, 9), (9, 11)]


def test_decode_joins_subwords_and_punctuation(tokenizer: WordPieceTokenizer) -> None:
    encoding = tokenizer.encode("The capital is: Paris.", max_length=16)
    assert tokenizer.decode(encoding.input_ids) == "the capital is paris."


@pytest.mark.parametrize("id", [-1, len(VOCABULARY), 10**9])
def test_ids_outside_of_the_vocabulary(tokenizer: WordPieceTokenizer, id: int) -> None:
    with pytest.raises(EdgebertError, match=f"token id: found {id}"):
        tokenizer.token(id)
    with pytest.raises(EdgebertError, match=f"token id: found {id}"):
        tokenizer.decode([5, id])


def test_one_unknown_part_makes_the_word_unknown(tokenizer: WordPieceTokenizer) -> None:
    encoding = tokenizer.encode("capitalx ab", max_length=8)
    assert tokens(tokenizer, encoding.input_ids) == ["[CLS]", "[UNK]", "a", "##b", "[SEP]"]
    assert encoding.offsets[1] == (0, 8)


def test_word_length_limit_counts_normalized_code_points() -> None:
    tokenizer = WordPieceTokenizer(VOCABULARY, TokenizerConfig(max_word_chars=2))
    encoding = tokenizer.encode("a\u0301b abb", max_length=8)
    assert tokens(tokenizer, encoding.input_ids) == ["[CLS]", "a", "##b", "[UNK]", "[SEP]"]
    assert encoding.offsets[1:4] == [(0, 1), (2, 3), (4, 7)]


def test_other_names_of_special_tokens() -> None:
    names = ["<pad>", "<unk>", "<s>", "</s>", "<mask>"]
    pad, unknown, classify, separate, mask = names
    config = TokenizerConfig(
        pad=pad, unknown=unknown, classify=classify, separate=separate, mask=mask
    )
    tokenizer = WordPieceTokenizer([*names, "a"], config)
    encoding = tokenizer.encode("a <mask> b", max_length=8, allow_mask=True)
    assert tokens(tokenizer, encoding.input_ids) == ["<s>", "a", "<mask>", "<unk>", "</s>"]


def test_missing_special_tokens() -> None:
    with pytest.raises(EdgebertError, match=r"lacks '\[SEP\]', '\[MASK\]'; expected all of"):
        WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]"], TokenizerConfig())


def test_empty_special_token() -> None:
    with pytest.raises(EdgebertError, match="lacks ''; expected all of"):
        WordPieceTokenizer([*SPECIAL, ""], TokenizerConfig(mask=""))


def test_token_given_twice() -> None:
    with pytest.raises(EdgebertError, match="'the' stands twice, with ids 5 and 6"):
        WordPieceTokenizer([*SPECIAL, "the", "the"], TokenizerConfig())


@pytest.mark.parametrize("limit", [0, -5])
def test_word_length_limit_below_one(limit: int) -> None:
    with pytest.raises(EdgebertError, match="max_word_chars"):
        WordPieceTokenizer(SPECIAL, TokenizerConfig(max_word_chars=limit))


def test_config_survives_json_and_refuses_unknown_fields() -> None:
    config = TokenizerConfig(lowercase=False, strip_accents=True)
    assert msgspec.json.decode(msgspec.json.encode(config), type=TokenizerConfig) == config
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"lowercas": false}', type=TokenizerConfig)


def test_memo_computes_once_and_stays_small() -> None:
    computed: list[int] = []

    def compute(key: int) -> str:
        computed.append(key)
        return str(key)

    memo = Memo(compute, capacity=3)
    assert [memo[key] for key in (1, 1, 2, 3)] == ["1", "1", "2", "3"]
    assert computed == [1, 2, 3]
    assert memo[4] == "4"
    assert len(memo) <= 3


def test_nothing_but_the_device_side_is_imported() -> None:
    code = "import edgebert.text, sys, json; print(json.dumps(sorted(sys.modules)))"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    modules = set(json.loads(process.stdout))
    assert not modules & {"torch", "transformers", "tokenizers", "onnx"}


def test_unicode_properties_come_from_the_tables_alone() -> None:
    folder = Path(edgebert.text.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    assert len(sources) > 5
    assert not any(re.search(r"(import|from) unicodedata", source) for source in sources)
