"""Every Unicode scalar value is normalised, split and tokenized as the reference does it.

`test_normalized_form_and_words_of_all` takes all 1,112,064 code points, many in one text with
spaces between. That is equivalent to a text for each: no step of the reference looks past a space
(NFD's sorting of marks, the only step that sees neighbours, ends at it). `test_ids_and_offsets`
encodes code points one by one: every one with an entry in the tables or in the vocabulary, and a
sample of those that pass through unchanged; with EDGEBERT_TEST_ALL_TEXT=1 all of them.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import pytest
from text_comparison import CASED, UNCASED, Comparison, reference_tokenizer

from edgebert.text import TokenizerConfig
from edgebert.text.normalizer import Normalizer
from edgebert.text.unicode_tables import unicode_tables
from edgebert.text.wordpiece import WordSplitter

CHARACTERS = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
CHUNK = 2048
SAMPLE_STEP = 61
OTHER_STEPS = [
    TokenizerConfig(lowercase=lowercase, strip_accents=strip_accents, split_cjk=split_cjk)
    for lowercase in (True, False)
    for strip_accents in (True, False)
    for split_cjk in (True, False)
    if not split_cjk or lowercase != strip_accents
]


def forms(characters: Sequence[str]) -> Iterator[str]:
    """Each character inside of a word and alone."""
    for character in characters:
        yield f"a{character}b"
        yield character


@lru_cache
def distinct_characters() -> list[str]:
    """Characters below U+3400, those above that have table entries, and a sample of the rest."""
    tables = unicode_tables()
    properties = (
        tables.whitespace,
        tables.nonspacing,
        tables.punctuation,
        tables.combining_order,
        tables.lowercase,
        tables.decompositions,
    )
    rest = CHARACTERS[0x3400:]
    described = [c for c in rest if any(c in having for having in properties)]
    return CHARACTERS[:0x3400] + described + rest[::SAMPLE_STEP]


def assert_same_normalization(found: str, expected: str) -> None:
    if found != expected:
        words = zip(found.split(" "), expected.split(" "), strict=False)
        one, other = next(pair for pair in words if pair[0] != pair[1])
        pytest.fail(f"found {one!a}, expected {other!a}")


@pytest.mark.parametrize("config", [UNCASED, CASED], ids=["uncased", "cased"])
def test_normalized_form_and_words_of_all(config: TokenizerConfig) -> None:
    reference = reference_tokenizer(config.special_tokens, config)
    normalizer = Normalizer(unicode_tables(), config)
    splitter = WordSplitter(unicode_tables())
    for start in range(0, len(CHARACTERS), CHUNK):
        text = " ".join(forms(CHARACTERS[start : start + CHUNK]))
        normalized = normalizer.normalize(text).text
        assert_same_normalization(normalized, reference.normalizer.normalize_str(text))
        if config == CASED:  # Uncased text is made of a subset of the same characters.
            words = reference.pre_tokenizer.pre_tokenize_str(normalized)
            assert list(splitter.split(normalized)) == [span for _, span in words]


@pytest.mark.parametrize(
    "config", OTHER_STEPS, ids=lambda c: f"{c.lowercase}-{c.strip_accents}-{c.split_cjk}"
)
def test_normalized_form_with_other_steps(config: TokenizerConfig) -> None:
    text = " ".join(forms(distinct_characters()))
    expected = reference_tokenizer(config.special_tokens, config).normalizer.normalize_str(text)
    assert_same_normalization(Normalizer(unicode_tables(), config).normalize(text).text, expected)


@pytest.mark.parametrize("config", [UNCASED, CASED], ids=["uncased", "cased"])
def test_ids_and_offsets(
    bert_vocabulary: list[str], config: TokenizerConfig, everything: bool
) -> None:
    bert = Comparison(bert_vocabulary, config)
    spelled = sorted(set("".join(bert_vocabulary)))
    characters = CHARACTERS if everything else distinct_characters() + spelled
    for start in range(0, len(characters), CHUNK):
        bert.assert_equal(list(forms(characters[start : start + CHUNK])))
