"""What the words of a slot mean: numbers, durations, dates and times, in English."""

from edgebert.assistant.values.durations import parse_duration
from edgebert.assistant.values.kinds import KINDS, Kind, Value, parse_value
from edgebert.assistant.values.moments import Moment, parse_moment
from edgebert.assistant.values.numbers import parse_number, words_to_digits

__all__ = [
    "KINDS",
    "Kind",
    "Moment",
    "Value",
    "parse_duration",
    "parse_moment",
    "parse_number",
    "parse_value",
    "words_to_digits",
]
