"""Arbitrary strings: equal to the reference, with offsets that point back into the text."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_comparison import CASED, UNCASED, Comparison, assert_same

from edgebert.text import TokenizerConfig

# Characters that meet in odd ways: marks that are dropped, marks that stay and are sorted,
# decompositions of one to four parts, Hangul, ideographs, controls, spaces, special casing.
TRICKY = (
    "abAB09 .,-'#[]$\t\n\r\x00\x0b\x1c\x85\xa0\xad"
    "éÉñÅ\u0130\u0131\u0149\u01c5\u1e9eß\u03a3\u03c3\u03c2\u0390\u1f82ﬁЙ\u0301\u0327\u0323\u0334\u0345\u0344\u0308"
    "\u302e\u302f\u08ca\u0898\u1abf\u0f73\u0f71\u0f72\u3099か\u304c\u0915\u093c\u0958\u09cb\u0bca"
    "\uac00\uac01\ud7a3\u1100\u1161\u11a8中\u3400\uf900\ufa0e\u2028\u3000\u200b\u200d\ufeff\ufffd"
    "\U0001d15e\U0001d15f\U0001d165\U0001d16e\U00020000\U0002f800\U0002b820\U0002b920"
    "\U0001f600\U00010400\U000e0041\U0010ffff€°—«¿"
)
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

tricky_texts = st.text(st.sampled_from(TRICKY), max_size=40)
scalar_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
long_words = st.builds(
    lambda start, unit, count: start + unit * count,
    st.sampled_from(["", "x ", "é"]),
    st.text(st.sampled_from("abé\u0301\u302e가中"), min_size=1, max_size=3),
    st.integers(90, 110),
)
texts = st.one_of(tricky_texts, scalar_texts, long_words, st.text(max_size=5).map(ascii))


def spelling_vocabulary() -> list[str]:
    """Every tricky character, its lowercase and its parts, as whole words and as subwords."""
    import unicodedata

    characters = set(TRICKY) | set(TRICKY.lower())
    characters |= set(unicodedata.normalize("NFD", "".join(characters)))
    characters = {c for c in characters if not c.isspace()} - {"A", "#"}
    return SPECIAL + sorted(characters) + [f"##{c}" for c in sorted(characters)] + ["##ab"]


CONFIGS = {
    "uncased": UNCASED,
    "cased": CASED,
    "lowercase only": TokenizerConfig(strip_accents=False),
    "accents only": TokenizerConfig(lowercase=False, strip_accents=True),
    "ideographs joined, short words": TokenizerConfig(split_cjk=False, max_word_chars=5),
}
COMPARISONS = {name: Comparison(spelling_vocabulary(), config) for name, config in CONFIGS.items()}


@pytest.mark.parametrize("name", CONFIGS)
@settings(max_examples=400, deadline=None)
@given(text=texts)
def test_equals_reference(name: str, text: str) -> None:
    COMPARISONS[name].assert_equal([text])


@settings(max_examples=200, deadline=None)
@given(text=texts, pair=texts, max_length=st.integers(3, 60))
def test_pairs_equal_reference(text: str, pair: str, max_length: int) -> None:
    both = COMPARISONS["uncased"]
    both.reference.enable_truncation(max_length)
    try:
        expected = both.reference.encode(text, pair)
    finally:
        both.reference.no_truncation()
    assert_same(both.ours.encode(text, pair, max_length=max_length), expected, (text, pair))


MASKED = Comparison(spelling_vocabulary(), UNCASED, allow_mask=True)


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(st.one_of(tricky_texts, st.sampled_from(["[MASK]", "[mask]", "[MASK"]))))
def test_masks_equal_reference(parts: list[str]) -> None:
    MASKED.assert_equal(["".join(parts)])


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_offsets_lie_in_the_text_in_order(text: str) -> None:
    tokenizer = COMPARISONS["uncased"].ours
    encoding = tokenizer.encode(text, max_length=400)
    spans = encoding.offsets[1:-1]
    assert all(0 <= start < stop <= len(text) for start, stop in spans)
    assert all(before[0] <= after[0] for before, after in pairwise(spans))
    assert all(before[1] <= after[1] for before, after in pairwise(spans))


def test_lone_surrogates_are_dropped_as_replacement_characters() -> None:
    tokenizer = COMPARISONS["uncased"].ours
    surrogates = "a\ud800b \udc00\udfff \ud83d\ude00 b\udfff"
    replaced = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in surrogates)
    found = tokenizer.encode(surrogates, max_length=20)
    assert found == tokenizer.encode(replaced, max_length=20)
    assert [tokenizer.token(id) for id in found.input_ids] == ["[CLS]", "a", "##b", "b", "[SEP]"]
    assert found.offsets[1:-1] == [(0, 1), (2, 3), (10, 11)]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 30_000,
        "ab " * 40_000,
        "a," * 50_000,
        "é" * 30_000,
        "a\u302e\u0301" * 30_000,
        "\u0301\u302e" * 50_000,
        "中" * 30_000,
    ],
    ids=lambda text: ascii(text[:4]),
)
def test_long_texts_take_linear_time(text: str) -> None:
    # A step of quadratic cost would not end here; the reference's result is the yardstick.
    COMPARISONS["uncased"].assert_equal([text])
