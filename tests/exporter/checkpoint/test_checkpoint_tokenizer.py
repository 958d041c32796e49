"""The tokenizer's vocabulary and settings, from vocab.txt or tokenizer.json."""

import pytest
from fixtures_checkpoints import (
    VOCABULARY,
    write_checkpoint,
    write_json,
    write_tokenizer_json,
    write_vocabulary,
)

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint import load_checkpoint
from edgebert.text import TokenizerConfig


@pytest.fixture
def folder(tmp_path):
    write_checkpoint(tmp_path)
    return tmp_path


@pytest.fixture
def json_folder(folder):
    """A folder with tokenizer.json only."""
    (folder / "vocab.txt").unlink()
    (folder / "tokenizer_config.json").unlink()
    write_tokenizer_json(folder)
    return folder


def load(folder):
    return load_checkpoint(str(folder), "feature-extraction")


def assert_error(folder, *words):
    with pytest.raises(EdgebertError) as caught:
        load(folder)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def normalizer(**changes):
    plain = {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": True,
        "strip_accents": None,
        "lowercase": True,
    }
    return plain | changes


def model(**changes):
    vocabulary = {token: id for id, token in enumerate(VOCABULARY)}
    return {
        "type": "WordPiece",
        "unk_token": "[UNK]",
        "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": vocabulary,
    } | changes


def test_vocab_txt_without_settings_is_uncased_bert(folder):
    (folder / "tokenizer_config.json").unlink()
    checkpoint = load(folder)
    assert checkpoint.vocabulary == VOCABULARY
    assert checkpoint.tokenizer == TokenizerConfig()


def test_vocab_txt_with_settings(folder):
    write_vocabulary(folder, do_lower_case=False, strip_accents=True, tokenize_chinese_chars=False)
    expected = TokenizerConfig(lowercase=False, strip_accents=True, split_cjk=False)
    assert load(folder).tokenizer == expected


def test_tokenizer_json_alone(json_folder):
    checkpoint = load(json_folder)
    assert checkpoint.vocabulary == VOCABULARY
    assert checkpoint.tokenizer == TokenizerConfig()


def test_tokenizer_json_wins(folder):
    write_vocabulary(folder, VOCABULARY[:40], cls_token="[SEP]")
    (folder / "tokenizer_config.json").write_text('{"cls_token": "[SEP]"}')
    write_tokenizer_json(
        folder,
        normalizer=normalizer(lowercase=False, strip_accents=True, handle_chinese_chars=False),
        model=model(max_input_chars_per_word=7),
    )
    checkpoint = load(folder)
    assert checkpoint.vocabulary == VOCABULARY
    assert checkpoint.tokenizer == TokenizerConfig(
        lowercase=False, strip_accents=True, split_cjk=False, max_word_chars=7
    )


@pytest.mark.parametrize(("said", "serialized"), [(True, False), (False, True)])
def test_settings_that_disagree_are_refused(folder, said, serialized):
    write_vocabulary(folder, VOCABULARY, do_lower_case=said)
    write_tokenizer_json(folder, normalizer=normalizer(lowercase=serialized))
    message = f"do_lower_case is {said}, but tokenizer.json beside it has {serialized}".lower()
    with pytest.raises(EdgebertError, match=message):
        load(folder)


@pytest.mark.parametrize("place", ["special_tokens_map.json", "tokenizer_config.json"])
@pytest.mark.parametrize("wrapped", [False, True])
def test_names_of_special_tokens(folder, place, wrapped):
    names = {
        "unk_token": "<unk>",
        "cls_token": "<cls>",
        "sep_token": "<sep>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
    }
    order = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    write_vocabulary(folder, (*(names[name] for name in order), *VOCABULARY[5:]))
    content = {k: {"content": v, "lstrip": False} if wrapped else v for k, v in names.items()}
    write_json(folder / place, content)
    assert load(folder).tokenizer == TokenizerConfig(
        unknown="<unk>", classify="<cls>", separate="<sep>", pad="<pad>", mask="<mask>"
    )


def test_what_transformers_saves_is_read_back(tmp_path):
    from transformers import BertTokenizer

    write_checkpoint(tmp_path)
    tokenizer = BertTokenizer(
        vocab={token: id for id, token in enumerate(VOCABULARY)},
        do_lower_case=False,
        strip_accents=False,
        model_max_length=17,
    )
    (tmp_path / "vocab.txt").unlink()
    tokenizer.save_pretrained(tmp_path)
    checkpoint = load(tmp_path)
    assert checkpoint.vocabulary == VOCABULARY
    assert checkpoint.tokenizer == TokenizerConfig(lowercase=False, strip_accents=False)
    assert checkpoint.max_length == 17


@pytest.mark.parametrize(("length", "expected"), [(512, 40), (10**30, 40), (1e30, 40), (16, 16)])
def test_the_length_is_the_smallest_limit(folder, length, expected):
    write_vocabulary(folder, model_max_length=length)
    assert load(folder).max_length == expected


def test_no_room_for_a_token(folder):
    write_vocabulary(folder, model_max_length=2)
    assert_error(folder, "2 tokens at most", "model_max_length")


def test_no_tokenizer(folder):
    (folder / "vocab.txt").unlink()
    assert_error(folder, "no WordPiece tokenizer", "found no tokenizer", "vocab.txt")
    (folder / "sentencepiece.bpe.model").touch()
    assert_error(folder, "no WordPiece tokenizer", "found sentencepiece.bpe.model")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": {"type": "BPE"}}, ["the model is BPE", "expected WordPiece"]),
        ({"model": {"type": "Unigram"}}, ["the model is Unigram"]),
        ({"model": None}, ["the model is missing"]),
        ({"normalizer": None}, ["the normalizer is missing", "BertNormalizer"]),
        ({"normalizer": {"type": "NFC"}}, ["the normalizer is NFC", "BertNormalizer"]),
        ({"normalizer": normalizer(clean_text=False)}, ["clean_text is off"]),
        ({"normalizer": normalizer(lowercase="yes")}, ["lowercase is 'yes'"]),
        ({"pre_tokenizer": {"type": "Whitespace"}}, ["the pre_tokenizer is Whitespace"]),
        ({"post_processor": None}, ["the post_processor is missing", "[CLS] A [SEP] B [SEP]"]),
        ({"post_processor": {"type": "RobertaProcessing"}}, ["is RobertaProcessing"]),
        ({"post_processor": {"type": "TemplateProcessing"}}, ["a malformed TemplateProcessing"]),
        ({"model": model(vocab=[["a", 0.1]])}, ["no vocab"]),
        ({"model": model(vocab={"[PAD]": 0, "a": 2}), "added_tokens": []}, ["gap", "'a'"]),
        ({"added_tokens": [{"id": 0}]}, ["no content or no id"]),
    ],
    ids=str,
)
def test_a_tokenizer_json_that_is_not_berts(json_folder, changes, words):
    write_tokenizer_json(json_folder, **changes)
    assert_error(json_folder, "tokenizer.json", *words)


def test_another_template(json_folder):
    def piece(id, type_id):
        return {"Sequence" if id in "AB" else "SpecialToken": {"id": id, "type_id": type_id}}

    first = [piece("[CLS]", 0), piece("A", 0), piece("[SEP]", 0)]
    second = [piece("B", 0), piece("[SEP]", 0)]  # BERT has type 1 here
    template = {"type": "TemplateProcessing", "single": first, "pair": first + second}
    write_tokenizer_json(json_folder, post_processor=template)
    assert_error(json_folder, "a template other than BERT's", "token type 1")


def test_bert_processing_and_an_old_file_without_the_models_type(json_folder):
    plain = model()
    del plain["type"]
    processor = {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}
    write_tokenizer_json(json_folder, model=plain, post_processor=processor)
    assert load(json_folder).tokenizer == TokenizerConfig()


@pytest.mark.parametrize(
    "settings",
    [
        {"added_tokens_decoder": {"99": {"content": "<doc>"}}},
        {"additional_special_tokens": ["<doc>"]},
        {"extra_special_tokens": {"doc_token": "<doc>"}},
    ],
    ids=str,
)
def test_tokens_added_beside_the_special_ones(folder, settings):
    write_vocabulary(folder, **settings)
    assert_error(folder, "adds 1 tokens", "'<doc>'", "[MASK]")


def test_tokens_added_in_other_files(json_folder):
    added = [{"id": len(VOCABULARY), "content": "<doc>", "special": True}]
    write_tokenizer_json(json_folder, added_tokens=added)
    assert_error(json_folder, "adds 1 tokens", "'<doc>'")
    write_tokenizer_json(json_folder)
    write_json(json_folder / "added_tokens.json", {"<doc>": len(VOCABULARY)})
    assert_error(json_folder, "adds 1 tokens", "'<doc>'")


def test_special_tokens_that_the_vocabulary_lacks(folder):
    write_vocabulary(folder, VOCABULARY[1:])
    assert_error(folder, "vocab.txt", "lacks", "[PAD]")


def test_a_token_with_a_line_break(json_folder):
    tokens = (*VOCABULARY, "a\nb")
    vocabulary = {token: id for id, token in enumerate(tokens)}
    write_tokenizer_json(json_folder, model=model(vocab=vocabulary))
    assert_error(json_folder, "line break")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"tokenizer_class": "BertJapaneseTokenizer"}, ["BertJapaneseTokenizer", "BertTokenizer"]),
        ({"do_basic_tokenize": False}, ["do_basic_tokenize is false"]),
        ({"do_lower_case": "no"}, ["do_lower_case is 'no'", "true or false"]),
        ({"added_tokens_decoder": 5}, ["added_tokens_decoder is 5, expected a list of tokens"]),
    ],
    ids=str,
)
def test_a_vocab_txt_that_is_split_in_another_way(folder, settings, words):
    write_vocabulary(folder, **settings)
    assert_error(folder, "tokenizer_config.json", *words)


@pytest.mark.parametrize("name", ["BertTokenizerFast", "SqueezeBertTokenizer", "BertTokenizer"])
def test_classes_that_split_as_bert(folder, name):
    write_vocabulary(folder, tokenizer_class=name)
    assert load(folder).tokenizer == TokenizerConfig()


@pytest.mark.parametrize("limit", [None, "many", 0, True])
def test_a_word_limit_that_is_none(json_folder, limit):
    write_tokenizer_json(json_folder, model=model(max_input_chars_per_word=limit))
    assert_error(json_folder, f"max_input_chars_per_word is {limit!r}, expected a number")
