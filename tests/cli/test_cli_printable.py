"""Whatever text comes in, what is printed is one line that steers nothing."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from edgebert.printable import printable

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_no_control_character_comes_out(text):
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    for character in shown:
        assert character in "\u200c\u200d" or unicodedata.category(character) not in (
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Cn",
            "Zl",
            "Zp",
        )


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs", "M"))))
def test_ordinary_text_stays(text):
    assert printable(text) == text


def test_escapes_are_readable():
    assert printable("a\x1b[31m\n\u202eb\x9b\ud800\U000e0001") == (
        r"a\x1b[31m\n\u202eb\x9b\ud800\U000e0001"
    )


def test_joiners_stay():
    for text in ("\u0645\u06cc\u200c\u062e", "\U0001f469\u200d\U0001f680"):
        assert printable(text) == text
