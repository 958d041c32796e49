"""Units of measure, converted exactly.

Factors are those that define the units, as in the SI brochure and NIST SP 811, appendix B
(https://www.nist.gov/pml/special-publication-811); measures of volume are the US customary ones. A
library of units would be the assistant's largest import, for one table.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from edgebert.assistant.values import parse_number, words_to_digits

LONGEST = 200  # characters of a sentence

# By kind of measure: the names of a unit, and its factor to the first one.
_TABLE: dict[str, dict[str, str]] = {
    "length": {
        "meter, metre, m": "1",
        "kilometer, kilometre, km": "1000",
        "centimeter, centimetre, cm": "0.01",
        "millimeter, millimetre, mm": "0.001",
        "inch, inche, in": "0.0254",
        "foot, feet, ft": "0.3048",
        "yard, yd": "0.9144",
        "mile, mi": "1609.344",
    },
    "mass": {
        "kilogram, kilo, kg": "1",
        "gram, gramme, g": "0.001",
        "milligram, mg": "0.000001",
        "ton, tonne": "1000",
        "pound, lb": "0.45359237",
        "ounce, oz": "0.028349523125",
        "stone": "6.35029318",
    },
    "volume": {
        "liter, litre, l": "1",
        "milliliter, millilitre, ml": "0.001",
        "gallon": "3.785411784",
        "quart": "0.946352946",
        "pint": "0.473176473",
        "cup": "0.2365882365",
        "tablespoon": "0.01478676478125",
        "teaspoon": "0.00492892159375",
    },
    "time": {
        "second, sec, s": "1",
        "minute, min": "60",
        "hour, hr, h": "3600",
        "day": "86400",
        "week": "604800",
        "year": "31557600",  # the Julian year of 365.25 days
    },
    "speed": {
        "meters per second, metres per second": "1",
        "kilometers per hour, kilometres per hour, kmh": "5/18",
        "miles per hour, mph": "0.44704",
        "knot": "463/900",
    },
    "data": {
        "byte": "1",
        "kilobyte, kb": "1000",
        "megabyte, mb": "1000000",
        "gigabyte, gb": "1000000000",
        "terabyte, tb": "1000000000000",
    },
}
TEMPERATURES = ("celsius", "fahrenheit", "kelvin")


@dataclass(frozen=True)
class Conversion:
    """A question for a conversion, and its answer.

    Attributes:
        amount: how many.
        source: the unit, as it was said.
        result: how many of the other unit.
        target: the other unit, as it was said.

    """

    amount: Fraction
    source: str
    result: Fraction
    target: str


_UNITS = {
    name: (kind, Fraction(factor))
    for kind, units in _TABLE.items()
    for names, factor in units.items()
    for name in names.split(", ")
}
_AMOUNT = r"(?P<amount>(?:(?:minus|negative|-) ?)?\d[\d,]*(?:\.\d+)?|an?|one)"
_UNIT = r"[a-z]+(?: per [a-z]+)?"
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        rf"how many (?P<target>{_UNIT}) (?:are |is |do |does |make |makes |in |there |equal |for )+"
        rf"{_AMOUNT} (?:degrees? )?(?P<source>{_UNIT})\b",
        rf"{_AMOUNT} (?:degrees? )?(?P<source>{_UNIT}) "
        r"(?:to|in|into|as|is how many|equals how many) "
        rf"(?:degrees? )?(?P<target>{_UNIT})\b",
    )
]


def convert(text: str) -> Conversion | None:
    """Convert what a sentence asks for; None for one that asks for no conversion."""
    if len(text) > LONGEST:
        return None
    words = " ".join(words_to_digits(text, ordinals=False).strip(" ?.!").split())
    for pattern in _PATTERNS:
        for match in pattern.finditer(words):
            number = 1 if match["amount"] in ("a", "an") else parse_number(match["amount"])
            if number is None:
                continue
            amount = Fraction(str(number))
            result = _convert(amount, match["source"], match["target"])
            if result is not None:
                return Conversion(amount, match["source"], result, match["target"])
    return None


def _convert(amount: Fraction, source: str, target: str) -> Fraction | None:
    if source in TEMPERATURES and target in TEMPERATURES:
        return _from_celsius(_to_celsius(amount, source), target)
    first, second = _unit(source), _unit(target)
    if first is None or second is None or first[0] != second[0]:
        return None
    return amount * first[1] / second[1]


def _unit(name: str) -> tuple[str, Fraction] | None:
    return _UNITS.get(name) or _UNITS.get(name.removesuffix("s"))


def _to_celsius(amount: Fraction, unit: str) -> Fraction:
    if unit == "fahrenheit":
        return (amount - 32) * Fraction(5, 9)
    return amount - Fraction("273.15") if unit == "kelvin" else amount


def _from_celsius(amount: Fraction, unit: str) -> Fraction:
    if unit == "fahrenheit":
        return amount * Fraction(9, 5) + 32
    return amount + Fraction("273.15") if unit == "kelvin" else amount
