"""Sums, units, time zones and the words of lists, against references of their own."""

import re
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgebert.assistant.skills.arithmetic import NoResultError, evaluate, say_number
from edgebert.assistant.skills.list_words import plain_name, read_addition, read_removal
from edgebert.assistant.skills.time_zones import ManyZonesError, find_zone
from edgebert.assistant.skills.units import convert

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

SUMS = [
    ("what is two plus two", 4),
    ("what's seven times seven?", 49),
    ("whats two hundred divided by five", 40),
    ("twenty percent of one hundred and fifty", 30),
    ("ten percentages of hundred", None),
    ("what is the square root of nine", 3),
    ("the square root of two point two five", 1.5),
    ("tell me what the product of eighteen and thirty one is", 558),
    ("multiply one thousand by twelve", 12000),
    ("divide 9 by 4", 2.25),
    ("sum of five and six", 11),
    ("add 5 and 6", 11),
    ("what is the total of 500 and 23", 523),
    ("subtract three from ten", 7),
    ("difference between ten and three", 7),
    ("what is the remainder when 521 is divided by three", 2),
    ("how many times does fifty go into one million", 20000),
    ("two to the power of ten", 1024),
    ("five squared minus three cubed", -2),
    ("half of 9", 4.5),
    ("1,500 / 160", 9.375),
    ("2 + 3 * 4 - (1 - 5) ^ 2", -2),
    ("minus three plus five", 2),
    ("the cube root of 27", 3),
    ("how do you subtract numbers", None),
    ("what does one plus", None),
    ("eggs", None),
    ("7", None),
    ("", None),
    ("2 2", None),
    ("1 + + 2", None),
]


@pytest.mark.parametrize(("text", "value"), SUMS)
def test_sums(text, value):
    found = evaluate(text)
    assert (found is None) is (value is None)
    if value is not None:
        assert float(found) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("one divided by zero", "divided by zero"),
        ("5 mod 0", "divided by zero"),
        ("0 ^ (0 - 2)", "divided by zero"),
        ("square root of minus four", "no real root"),
        ("9 ^ 9 ^ 9", "too large"),
        ("(0 - 8) ^ (1 / 3)", "no real result"),
    ],
)
def test_sums_without_a_result(text, reason):
    with pytest.raises(NoResultError, match=reason):
        evaluate(text)


NUMBERS = st.integers(0, 999).map(str) | st.decimals(0, 99, places=2).map(str)


def expressions(inner):
    """Return longer expressions of shorter ones, as Python writes them."""
    signs = st.sampled_from([" + ", " - ", " * ", " / "])
    return st.tuples(inner, signs, inner).map("".join) | inner.map(lambda text: f"({text})")


@given(st.recursive(NUMBERS, expressions, max_leaves=8))
def test_written_sums_are_those_of_python(text):
    as_fractions = re.sub(r"\d+(?:\.\d+)?", lambda m: f"Fraction('{m[0]}')", text)
    try:
        expected = eval(as_fractions, {"Fraction": Fraction})
    except ZeroDivisionError:
        with pytest.raises(NoResultError):
            evaluate(text)
        return
    assert evaluate(text) == (expected if set("+-*/(") & set(text) else None)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Fraction(4), "4"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(10) ** 20, "100000000000000000000"),
        (Fraction(10) ** 30, "1e+30"),
        (Fraction(1, 10**9), "1e-09"),
        (Fraction(10) ** 400, "more than I can say"),
        (Fraction(-1, 4), "-0.25"),
    ],
)
def test_numbers_are_said(value, said):
    assert say_number(value) == said


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("how many miles in five kilometers", Fraction("5000") / Fraction("1609.344")),
        ("how many cm make one foot", Fraction("30.48")),
        ("convert 72 degrees fahrenheit to celsius", Fraction(200, 9)),
        ("what is minus forty celsius in fahrenheit", Fraction(-40)),
        ("zero kelvin in celsius", Fraction("-273.15")),
        ("how many seconds are there in a week", Fraction(604800)),
        ("100 kilometers per hour in miles per hour", Fraction(250, 9) / Fraction("0.44704")),
        ("twelve inches to feet", Fraction(1)),
        ("5 kg in miles", None),
        ("how many eggs in a basket", None),
        ("two plus two", None),
        ("", None),
    ],
)
def test_units(text, result):
    found = convert(text)
    assert (None if found is None else found.result) == result


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Tokyo", "Asia/Tokyo"),
        ("new york", "America/New_York"),
        ("P.S.T.", "America/Los_Angeles"),
        ("eastern time", "America/New_York"),
        ("germany", "Europe/Berlin"),
        ("the UK", "Europe/London"),
        ("nowhere", None),
        ("", None),
    ],
)
def test_time_zones(name, zone):
    found = find_zone(name, NOW)
    assert (found is None) is (zone is None)
    if found is not None:
        assert NOW.astimezone(found).utcoffset() == NOW.astimezone(ZoneInfo(zone)).utcoffset()


def test_a_country_of_many_times_is_told_apart():
    with pytest.raises(ManyZonesError):
        find_zone("usa", NOW)


@pytest.mark.parametrize(
    ("text", "item", "name", "about"),
    [
        ("add milk to my shopping list", "milk", "shopping", "item"),
        ("Please put Earl Grey on the list", "Earl Grey", "", "item"),
        ("update my grocery list with two percent milk", "two percent milk", "grocery", "item"),
        ("grocery list add eggs", "eggs", "grocery", "item"),
        ("i need oranges added to my grocery list", "oranges", "grocery", "item"),
        ("remind me to order soap", "order soap", "to do", "item"),
        ("take a note: call Ann", "call Ann", "notes", "item"),
        ("i need more milk", "milk", "", "item"),
        ("add an item to my list", "", "", "item"),
        ("make a new list", "", "", "new"),
        ("start a grocery list", "", "", "new"),
        ("what", "", "", "item"),
    ],
)
def test_additions(text, item, name, about):
    found = read_addition(text)
    assert (found.item, found.name, found.about) == (item, name, about)


@pytest.mark.parametrize(
    ("text", "item", "name", "about"),
    [
        ("remove cheese from my list", "cheese", "", "item"),
        ("take milk off my grocery list", "milk", "grocery", "item"),
        ("delete the last item from the list", "", "", "last"),
        ("remove the last item", "", "", "last"),
        ("remove everything from my shopping list", "", "shopping", "items"),
        ("clear the list", "", "", "items"),
        ("delete my shopping list", "", "", "list"),
        ("take item off list", "", "", "item"),
    ],
)
def test_removals(text, item, name, about):
    found = read_removal(text)
    assert (found.item, found.name, found.about) == (item, name, about)


def test_names_of_lists_are_kept_plain():
    assert plain_name("My  Shopping list.") == "shopping"
    assert plain_name("the to do lists") == "to do"
    assert len(plain_name("x" * 10_000)) <= 200
