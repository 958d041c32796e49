"""The words of a slot become numbers, durations and moments, relative to a given clock."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgebert.assistant.values import (
    KINDS,
    parse_duration,
    parse_moment,
    parse_number,
    parse_value,
    words_to_digits,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=BERLIN)  # a Saturday

SMALL = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen
"""
ONES, TEENS = SMALL.split()[:9], SMALL.split()[9:]
BY_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = BY_TEN.split()


def spell(number: int) -> str:
    """Spell a number below a billion, as a reference."""
    for size, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            joint = " and " if 0 < rest < 100 else " "
            return f"{spell(number // size)} {name}{joint + spell(rest) if rest else ''}"
    if number < 10:
        return ONES[number - 1] if number else "zero"
    if number < 20:
        return TEENS[number - 10]
    return TENS[number // 10 - 2] + (f" {ONES[number % 10 - 1]}" if number % 10 else "")


@given(st.integers(0, 10**9 - 1))
def test_every_spelled_number_is_read(number):
    assert words_to_digits(spell(number)) == str(number)
    assert parse_number(spell(number)) == number
    assert parse_number(f"minus {number}") == -number


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("seven thirty", "7 30"),
        ("twenty-one thirty", "21 30"),
        ("the twenty fifth", "the 25th"),
        ("three point one four", "3.14"),
        ("a hundred", "100"),
        ("5 thousand", "5000"),
        ("point taken", "point taken"),
        ("anyone", "anyone"),
        ("", ""),
    ],
)
def test_words_that_make_no_number_together_stay_apart(words, digits):
    assert words_to_digits(words) == digits


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("to fifty five percent", 55),
        ("12.5", 12.5),
        ("1,000", 1000),
        ("a lot", None),
        ("two three", None),
        ("", None),
        ("9" * 400, None),
        ("٣", None),
    ],
)
def test_a_number_is_one_number_and_nothing_else(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("an hour and a half", 5400),
        ("two and a half hours", 9000),
        ("half an hour", 1800),
        ("a quarter of an hour", 900),
        ("three quarters of an hour", 2700),
        ("1 h 20 min", 4800),
        ("1h20m", 4800),
        ("thirty second", 30),
        ("in five days and two hours", 5 * 86400 + 7200),
        ("ten minutes from now", 600),
        ("0 minutes", None),
        ("ninety nine million weeks", None),
        ("ten", None),
        ("hours", None),
        ("ten minutes past six", None),
    ],
)
def test_durations(text, seconds):
    assert parse_duration(text) == (None if seconds is None else timedelta(seconds=seconds))


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_parts_of_a_duration_add_up(hours, minutes, seconds):
    text = f"{spell(hours)} hours, {spell(minutes)} minutes and {spell(seconds)} seconds"
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    assert parse_duration(text) == (length or None)


MOMENTS = [
    ("six am", "2026-11-22 06:00"),
    ("six", "2026-11-21 18:00"),
    ("nine", "2026-11-21 09:00"),
    ("ten thirty pm", "2026-11-21 22:30"),
    ("six a.m.", "2026-11-22 06:00"),
    ("06:30", "2026-11-22 06:30"),
    ("18:30", "2026-11-21 18:30"),
    ("quarter to seven", "2026-11-21 18:45"),
    ("half past twelve", "2026-11-21 12:30"),
    ("ten to one", "2026-11-21 12:50"),
    ("five o'clock", "2026-11-21 17:00"),
    ("noon", "2026-11-21 12:00"),
    ("midnight", "2026-11-22 00:00"),
    ("tomorrow at half past six", "2026-11-22 06:30"),
    ("tomorrow 5", "2026-11-22 17:00"),
    ("eight am tomorrow", "2026-11-22 08:00"),
    ("tomorrow morning seven", "2026-11-22 07:00"),
    ("tomorrow night at one", "2026-11-23 01:00"),
    ("tonight at nine", "2026-11-21 21:00"),
    ("friday five in the morning", "2026-11-27 05:00"),
    ("friday at five in the morning", "2026-11-27 05:00"),
    ("saturday at ten pm", "2026-11-21 22:00"),
    ("saturday at seven am", "2026-11-28 07:00"),
    ("monday 7 30 am", "2026-11-23 07:30"),
    ("twenty fifth may at five pm", "2027-05-25 17:00"),
    ("may 7 at 7", "2027-05-07 07:00"),
    ("today at six am", "2026-11-21 06:00"),
    ("in ten minutes", "2026-11-21 08:10"),
]
DATES = [
    ("tomorrow", "2026-11-22"),
    ("and tomorrow?", "2026-11-22"),
    ("the day after tomorrow", "2026-11-23"),
    ("next tuesday", "2026-11-24"),
    ("saturday", "2026-11-28"),
    ("the twenty fifth", "2026-11-25"),
    ("the first", "2026-12-01"),
    ("december twenty fourth", "2026-12-24"),
    ("2026-12-24", "2026-12-24"),
    ("in two weeks", "2026-12-05"),
]


@pytest.mark.parametrize(("text", "at"), MOMENTS)
def test_moments(text, at):
    found = parse_moment(text, NOW)
    assert found is not None
    assert found.at == datetime.fromisoformat(at).replace(tzinfo=BERLIN)
    assert found.has_time


@pytest.mark.parametrize(("text", "day"), DATES)
def test_dates_have_no_time(text, day):
    found = parse_moment(text, NOW)
    assert found is not None
    assert found.at.date() == date.fromisoformat(day)
    assert found.has_date
    assert found.has_time is (text == "in two weeks")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "eggs",
        "me",
        "now and then",
        "25:00",
        "32nd",
        "13 pm",
        "0 am",
        "february 31",
        "٣ pm",
    ],
)
def test_what_is_no_moment_is_not_guessed(text):
    assert parse_moment(text, NOW) is None


@given(st.dates(date(2026, 11, 22), date(2027, 11, 20)), st.integers(0, 23), st.integers(0, 59))
def test_a_written_date_and_time_is_read_exactly(day, hour, minute):
    expected = datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN)
    expected = datetime.fromtimestamp(expected.timestamp(), BERLIN)  # of a skipped hour
    half = f"{hour % 12 or 12}:{minute:02d} {'pm' if hour > 11 else 'am'}"
    for text in (f"{day:%Y-%m-%d} at {hour:02d}:{minute:02d}", f"{half} on {day:%B} {day.day}"):
        found = parse_moment(text, NOW)
        assert found is not None
        assert found.at == expected


def test_a_time_that_the_change_to_summer_skips_comes_an_hour_later():
    found = parse_moment("half past two am", datetime(2027, 3, 28, 0, 30, tzinfo=BERLIN))
    assert found is not None
    assert found.at.isoformat() == "2027-03-28T03:30:00+02:00"


@given(st.text(), st.sampled_from(KINDS))
def test_no_text_is_too_strange(text, kind):
    parse_value(kind, text, NOW)


@given(
    st.lists(
        st.sampled_from(
            [*ONES, *TENS, "am", "pm", "past", "to", "half", "at", "friday", "may", "-", ":", "/",
             "tomorrow", "first", "point", "hundred", "week", "in", "the", "night", "12", "99", "0"]
        ),
        max_size=12,
    ).map(" ".join),
    st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1)),
)  # fmt: skip
def test_a_time_of_no_date_is_in_the_next_day(text, now):
    found = parse_moment(text, now.replace(tzinfo=ZoneInfo("UTC")))
    if found is not None and found.has_time and not found.has_date:
        wait = found.at - now.replace(tzinfo=ZoneInfo("UTC"))
        assert timedelta(0) < wait <= timedelta(days=2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_megabyte_is_read_at_once(kind):
    for text in ("9 " * 500_000, "twenty " * 150_000, "a" * 1_000_000, "half past " * 100_000):
        found = parse_value(kind, text, NOW)
        assert (found is None) is (kind != "text")
