"""What is said, without the characters that nobody says."""

import re
import unicodedata

_JOINERS = "\u200c\u200d"  # without them words of Persian or Hindi and joined emoji fall apart
_HALF_OF_DAY = re.compile(r"\b([apAP])\. ?[mM]\b\.?")
_PUNCTUATION = re.compile(r"[^\w\s']+|_")


def clean_text(text: str) -> str:
    """Return a text `without_controls`, and with "am" for "a.m.".

    So speech recognisers write it and models learn it.
    """
    return _HALF_OF_DAY.sub(r"\1m", without_controls(text))


def without_controls(text: str) -> str:
    """Drop control characters, marks of writing direction and lone surrogates; join the lines.

    Whitespace of any kind becomes single spaces, none at the ends.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(
            " " if character.isspace() else character
            for character in text
            if character.isspace() or character in _JOINERS or _is_text(character)
        )
    return " ".join(text.split())


def spoken(text: str) -> str:
    """Return a text as it is compared with phrases: lower case, without punctuation."""
    return " ".join(_PUNCTUATION.sub(" ", text.casefold().replace("\u2019", "'")).split())


def _is_text(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs")
