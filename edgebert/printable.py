"""Making text from outside safe to print on a terminal."""

import unicodedata

# Invisible, but without them words of Persian or Hindi and joined emoji fall apart.
_JOINERS = "\u200c\u200d"


def printable(text: str) -> str:
    r"""Escape what could steer a terminal or hide text: control and format characters, surrogates.

    A file name, a label or a token may hold terminal escapes, line breaks or marks that reverse
    the direction of writing; they come out as \x1b, \n or \u202e, so every text stays one line.
    """
    if text.isprintable():
        return text
    return "".join(
        character if _is_harmless(character) else _escape(character) for character in text
    )


def _is_harmless(character: str) -> bool:
    return (
        character.isprintable()
        or character in _JOINERS
        or unicodedata.category(character) == "Zs"  # a space other than U+0020
    )


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
