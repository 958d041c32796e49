"""Arithmetic in words, exact: "what is twenty percent of one hundred and fifty".

A sentence is rewritten into symbols and read by a small grammar; nothing is ever evaluated as code.

    sum     = product { ("+" | "-") product }
    product = power { ("*" | "/" | "mod") power }
    power   = ["-" | "root" | "cuberoot"] power | number ["^" power]      "(" sum ")" is a number
"""

import math
import re
from fractions import Fraction

from edgebert.assistant.values import words_to_digits

LONGEST = 300  # characters of a sentence
MOST_TOKENS = 60
MOST_BITS = 2000  # of a power; larger ones are refused before they are computed

_N = r"(-? ?\d+(?:\.\d+)?)"
_REWRITES = [
    (re.compile(pattern), by)
    for pattern, by in (
        (r"(?<=\d),(?=\d{3}\b)", ""),
        (r"\bto the power (?:of)?\b|\braised to\b|\*\*", " ^ "),
        (r"\bsquared\b", " ^ 2 "),
        (r"\bcubed\b", " ^ 3 "),
        (r"\b(?:the )?(?:cube|cubic) root of\b", " cuberoot "),
        (r"\b(?:the )?(?:square )?root of\b|\u221a", " root "),
        (rf"{_N} ?(?:%|per ?cent(?:ages?)?) of\b", r" \1 / 100 * "),
        (rf"\bhalf of {_N}", r" \1 / 2 "),
        (rf"\bdouble {_N}", r" 2 * \1 "),
        (rf"\bremainder (?:when|of|if) {_N} (?:is )?divided by {_N}", r" \1 mod \2 "),
        (rf"\bhow many times does {_N} go into {_N}", r" \2 / \1 "),
        (rf"\bsubtract {_N} from {_N}", r" \2 - \1 "),
        (rf"\btake {_N} (?:away )?from {_N}", r" \2 - \1 "),
        (rf"\bdifference (?:between|of) {_N} (?:and|from) {_N}", r" \1 - \2 "),
        (rf"\b(?:sum|total) of {_N}(?: and|,) {_N}", r" \1 + \2 "),
        (rf"\badd {_N} (?:and|to|with) {_N}", r" \1 + \2 "),
        (rf"\bproduct of {_N} and {_N}", r" \1 * \2 "),
        (rf"\bmultiply {_N} (?:by|and|with|times) {_N}", r" \1 * \2 "),
        (rf"\bquotient of {_N} and {_N}", r" \1 / \2 "),
        (rf"\bdivide {_N} (?:by|into) {_N}", r" \1 / \2 "),
        (r"\bplus\b|\badded to\b", " + "),
        (r"\bminus\b|\bless\b|\bnegative\b|\u2212", " - "),
        (r"\btimes\b|\bmultiplied (?:by|with)\b|\bx\b|\u00d7|\u00b7", " * "),
        (r"\bdivided by\b|\bover\b|\binto\b|\u00f7", " / "),
        (r"\bmodulo\b", " mod "),
        (rf"{_N} by {_N}", r" \1 * \2 "),
    )
]
_WORDS_AROUND = """
what whats what's is are the a answer of result value to for tell me how much does do calculate
compute find please can could you give i want know need let's i'd like work out equal equals
make be solve it show would hey and so then now add sum total
"""
_FILLING = frozenset(_WORDS_AROUND.split())
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[a-z']+|[-+*/^()]|\S")
_WORDS = ("root", "cuberoot", "mod")


class NoResultError(Exception):
    """It is arithmetic, but has no result; the message says why."""


def evaluate(text: str) -> Fraction | None:
    """Work out a sentence.

    Returns:
        The value, exact but for roots; None for a sentence that is no arithmetic.

    Raises:
        NoResultError: a division by zero, the root of a negative number, or one too large.

    """
    if len(text) > LONGEST:
        return None
    words = words_to_digits(text, ordinals=False).replace("?", " ").strip(" .!=")
    for pattern, by in _REWRITES:
        words = pattern.sub(by, words)
    tokens = [token for token in _TOKEN.findall(words) if token not in _FILLING]
    if not 1 < len(tokens) <= MOST_TOKENS:
        return None
    if not all(token[0].isdigit() or token in "+-*/^()" or token in _WORDS for token in tokens):
        return None
    parser = _Parser(tokens)
    value = parser.sum()
    return value if parser.place == len(tokens) else None


class _Parser:
    """Reads tokens by the grammar above; a method returns None where there is nothing to read."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0

    def sum(self) -> Fraction | None:
        value = self._product()
        while value is not None and (sign := self._take("+", "-")):
            other = self._product()
            if other is None:
                return None
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> Fraction | None:
        value = self._power()
        while value is not None and (sign := self._take("*", "/", "mod")):
            other = self._power()
            if other is None:
                return None
            if sign != "*" and other == 0:
                raise NoResultError("Nothing can be divided by zero.")
            value = (
                value * other if sign == "*" else value / other if sign == "/" else value % other
            )
        return value

    def _power(self) -> Fraction | None:
        if sign := self._take("-", "root", "cuberoot"):
            value = self._power()
            if value is None:
                return None
            return -value if sign == "-" else _root(value, 2 if sign == "root" else 3)
        base = self._number()
        if base is None or not self._take("^"):
            return base
        exponent = self._power()
        return None if exponent is None else _power(base, exponent)

    def _number(self) -> Fraction | None:
        if self._take("("):
            value = self.sum()
            return value if self._take(")") else None
        if self.place < len(self.tokens) and self.tokens[self.place][0].isdigit():
            self.place += 1
            return Fraction(self.tokens[self.place - 1])
        return None

    def _take(self, *signs: str) -> str:
        if self.place < len(self.tokens) and self.tokens[self.place] in signs:
            self.place += 1
            return self.tokens[self.place - 1]
        return ""


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        if base < 0:
            raise NoResultError("That has no real result.")
        try:
            return Fraction(float(base) ** float(exponent))
        except (OverflowError, ZeroDivisionError) as error:
            raise NoResultError("That number is too large for me.") from error
    if base == 0 and exponent < 0:
        raise NoResultError("Nothing can be divided by zero.")
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * abs(exponent) > MOST_BITS:
        raise NoResultError("That number is too large for me.")
    return base ** int(exponent)


def _root(value: Fraction, degree: int) -> Fraction:
    if value < 0:
        raise NoResultError("A negative number has no real root.")
    if degree == 2:
        parts = (math.isqrt(value.numerator), math.isqrt(value.denominator))
        if parts[0] ** 2 == value.numerator and parts[1] ** 2 == value.denominator:
            return Fraction(*parts)
    try:
        root = math.cbrt(value) if degree == 3 else math.sqrt(value)
    except OverflowError as error:
        raise NoResultError("That number is too large for me.") from error
    return Fraction(root)


def say_number(value: Fraction, digits: int = 6) -> str:
    """Write a number: whole ones up to 21 digits as they are, others rounded.

    Args:
        value: the number.
        digits: behind the point, at most; small numbers get as many that count.

    """
    if value.denominator == 1 and abs(value) < 10**21:
        return str(value.numerator)
    try:
        number = float(value)
    except OverflowError:
        return "more than I can say" if value > 0 else "less than I can say"
    if abs(number) >= 1e15 or 0 < abs(number) < 10**-digits:
        return f"{number:.{digits}g}"
    return f"{number:.{digits}f}".rstrip("0").rstrip(".")
