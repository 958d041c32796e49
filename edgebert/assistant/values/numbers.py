"""English number words as digits: what is spoken is spelled out, and dateparser reads few of it."""

import re

_ONES = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_FIRSTS = """
zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
"""
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_BELOW_20 = {word: value for value, word in enumerate(_ONES.split())}
_BY_TEN = dict(zip(_TENS.split(), range(20, 100, 10), strict=True)) | {"fourty": 40}
_ORDINAL = {word: value for value, word in enumerate(_FIRSTS.split())} | {
    word[:-1] + "ieth": value for word, value in _BY_TEN.items()
}
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|.", re.DOTALL)
_MOST_DIGITS = 15  # of a number before a word such as "thousand"


def words_to_digits(text: str, *, ordinals: bool = True) -> str:
    """Write number words as digits and leave the rest as it is.

    "twenty five" becomes "25", "twenty-fifth" "25th", "a hundred and two" "102", "three point
    five" "3.5". Words that make no number together stay apart, as in "seven thirty": "7 30".

    Args:
        text: any text; it comes back in lower case.
        ordinals: whether "first" and the like are read too. Without them "thirty second timer" is
            one of 30 seconds.

    """
    tokens = _TOKEN.findall(text.lower())
    written: list[str] = []
    place = 0
    while place < len(tokens):
        number, after = _read(tokens, place, ordinals=ordinals)
        written.append(number or tokens[place])
        place = after if number else place + 1
    return "".join(written)


def parse_number(text: str) -> int | float | None:
    """Read a text that is one number, such as "minus three point five" or "50 percent".

    Returns:
        The number, an int where it is whole; None for a text that says more or less than one.

    """
    digits = words_to_digits(text, ordinals=False).strip()
    digits = re.sub(r"^(?:to|by|about|around|at)\s+", "", digits)
    digits = re.sub(r"\s*(?:%|per ?cent|degrees?)$", "", digits)
    digits = re.sub(r"(?<=\d),(?=\d{3}\b)", "", digits)
    match = re.fullmatch(r"(?:(minus|negative|-)\s*)?(\d{1,15})(\.\d{1,15})?", digits, re.ASCII)
    if match is None:
        return None
    sign = -1 if match[1] else 1
    return sign * (float(match[2] + match[3]) if match[3] else int(match[2]))


def _read(tokens: list[str], start: int, *, ordinals: bool) -> tuple[str | None, int]:
    """Read the number that begins at a token: its digits and the token after it, or None."""
    total = current = 0
    last = ""  # what kind of word came last; it says which may follow
    place = after = start
    ordinal = False
    while place < len(tokens) and not ordinal:
        word = tokens[place]
        if last and (word.isspace() or word == "-"):
            place += 1
            continue
        if word == "and" and last in ("hundred", "scale"):
            place += 1
            continue
        value, kind = _kind(tokens, place, first=not last, ordinals=ordinals)
        opens = kind in ("unit", "tens") and last in ("", "hundred", "scale")
        if opens or (kind == "unit" and last == "tens" and value < 10):
            current += value
        elif kind == "hundred" and last in ("unit", "tens") and 0 < current < 100:
            current *= 100
        elif kind == "scale" and last in ("unit", "tens", "hundred") and current > 0:
            if 0 < total <= value:  # "two thousand three million" is two numbers
                break
            total, current = total + current * value, 0
        else:
            break
        last = kind
        ordinal = word in _ORDINAL
        place = after = place + 1
    if not last or (after == start + 1 and tokens[start][0].isdigit()):
        return None, start
    digits = str(total + current)
    if ordinal:
        return digits + _suffix(total + current), after
    decimals, after = _decimals(tokens, after)
    return digits + decimals, after


def _kind(tokens: list[str], place: int, *, first: bool, ordinals: bool) -> tuple[int, str]:
    """Return the value of a word and the kind of number word it is, "" for none."""
    word = tokens[place]
    if word in _BELOW_20:
        return _BELOW_20[word], "unit"
    if word in _BY_TEN:
        return _BY_TEN[word], "tens"
    if word == "hundred":
        return 100, "hundred"
    if word in _SCALES:
        return _SCALES[word], "scale"
    if ordinals and word in _ORDINAL:
        return _ORDINAL[word], "unit" if _ORDINAL[word] < 20 else "tens"
    following = next((token for token in tokens[place + 1 :][:2] if not token.isspace()), "")
    if first and (following == "hundred" or following in _SCALES):
        if word == "a":
            return 1, "unit"
        if word.isascii() and word.isdecimal() and len(word) <= _MOST_DIGITS:
            return int(word), "unit" if int(word) < 100 else "hundred"
    return 0, ""


def _decimals(tokens: list[str], place: int) -> tuple[str, int]:
    """Read "point five two" after a number."""
    words = [(at, token) for at, token in enumerate(tokens[place:], place) if not token.isspace()]
    if len(words) < 2 or words[0][1] != "point":
        return "", place
    digits = ""
    after = place
    for at, word in words[1:]:
        value = _BELOW_20.get(word, 10)
        if value > 9:
            break
        digits, after = digits + str(value), at + 1
    return (f".{digits}", after) if digits else ("", place)


def _suffix(number: int) -> str:
    if 10 < number % 100 < 20:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
