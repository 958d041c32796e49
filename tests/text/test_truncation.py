"""Cutting to a length: every combination of small lengths, against the reference."""

from itertools import product
from typing import get_args

import pytest
from text_comparison import UNCASED, Comparison, assert_same

from edgebert.errors import EdgebertError
from edgebert.text import Truncation, WordPieceTokenizer

LETTERS = "abcdefghijklmnop"
VOCABULARY = [*UNCASED.special_tokens, *LETTERS]
SINGLE_SPECIAL, PAIR_SPECIAL = 2, 3


def words(count: int) -> str:
    return " ".join(LETTERS[:count])


@pytest.fixture(scope="module")
def letters() -> Comparison:
    return Comparison(VOCABULARY, UNCASED)


@pytest.mark.parametrize("truncation", get_args(Truncation))
def test_every_small_case_equals_reference(letters: Comparison, truncation: Truncation) -> None:
    for first, second, max_length in product(range(8), [None, *range(8)], range(2, 20)):
        text, pair = words(first), None if second is None else words(second)
        if max_length < (SINGLE_SPECIAL if pair is None else PAIR_SPECIAL):
            continue
        letters.reference.enable_truncation(max_length, strategy=truncation)
        try:
            expected = letters.reference.encode(text, pair)
        except Exception:
            with pytest.raises(EdgebertError, match="truncation"):
                letters.ours.encode(text, pair, max_length=max_length, truncation=truncation)
            continue
        found = letters.ours.encode(text, pair, max_length=max_length, truncation=truncation)
        assert_same(found, expected, (text, pair, max_length))


def test_windows_of_every_small_case_equal_reference(letters: Comparison) -> None:
    for first, second, max_length in product(range(5), range(14), range(4, 14)):
        room = max_length - PAIR_SPECIAL
        for stride in range(room):
            text, pair = words(first), words(second)
            letters.reference.enable_truncation(max_length, stride=stride, strategy="only_second")
            fits = first + second <= room
            if not fits and stride >= room - first:
                # Here the reference panics, or finds no room at all.
                with pytest.raises(EdgebertError, match=r"stride|leaves no room"):
                    letters.ours.encode_windows(text, pair, max_length=max_length, stride=stride)
                continue
            expected = letters.reference.encode(text, pair)
            found = letters.ours.encode_windows(text, pair, max_length=max_length, stride=stride)
            assert len(found) == 1 + len(expected.overflowing)
            for one, other in zip(found, [expected, *expected.overflowing], strict=True):
                assert_same(one, other, (text, pair, max_length, stride))


@pytest.mark.parametrize("max_length", [-1, 0, 1])
def test_no_room_for_special_tokens(max_length: int) -> None:
    tokenizer = WordPieceTokenizer(VOCABULARY, UNCASED)
    with pytest.raises(EdgebertError, match="max_length: found"):
        tokenizer.encode("a", max_length=max_length)


@pytest.mark.parametrize("max_length", [0, 1, 2])
def test_no_room_for_special_tokens_of_a_pair(max_length: int) -> None:
    tokenizer = WordPieceTokenizer(VOCABULARY, UNCASED)
    with pytest.raises(EdgebertError, match="expected at least 3"):
        tokenizer.encode("a", "b", max_length=max_length)
    with pytest.raises(EdgebertError, match="expected at least 3"):
        tokenizer.encode_windows("a", "b", max_length=max_length, stride=0)


@pytest.mark.parametrize("stride", [-1, 7, 8, 100])
def test_stride_that_can_never_advance(stride: int) -> None:
    tokenizer = WordPieceTokenizer(VOCABULARY, UNCASED)
    with pytest.raises(EdgebertError, match="stride"):
        tokenizer.encode_windows("", "a", max_length=10, stride=stride)


def test_only_second_without_a_second_text() -> None:
    tokenizer = WordPieceTokenizer(VOCABULARY, UNCASED)
    assert len(tokenizer.encode("a b", max_length=4, truncation="only_second")) == 4
    with pytest.raises(EdgebertError, match="only_second"):
        tokenizer.encode("a b c", max_length=4, truncation="only_second")


def test_unknown_strategy() -> None:
    tokenizer = WordPieceTokenizer(VOCABULARY, UNCASED)
    with pytest.raises(EdgebertError, match=r"'longest'.*longest_first"):
        tokenizer.encode("a", max_length=4, truncation="longest")  # type: ignore[arg-type]


def test_long_single_text_is_cut_like_a_short_one() -> None:
    # Tokenizing stops early here; what is kept must not depend on that.
    tokenizer = WordPieceTokenizer(VOCABULARY, UNCASED)
    text = "abc, " * 50_000
    whole = tokenizer.encode(text, max_length=10**6)
    cut = tokenizer.encode(text, max_length=9)
    assert cut.input_ids == [*whole.input_ids[:8], tokenizer.separate_id]
    assert cut.offsets == [*whole.offsets[:8], (0, 0)]
