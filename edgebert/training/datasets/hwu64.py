"""HWU64: 64 intents of a home assistant, 54 kinds of slots as character spans."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from edgebert.errors import EdgebertError
from edgebert.tasks.token_classification import OUTSIDE
from edgebert.training.datasets.rows import LabelledText, readable

INTENTS = {
    "alarm_query": "ask about alarms",
    "alarm_remove": "remove alarm",
    "alarm_set": "set alarm",
    "audio_volume_down": "volume down",
    "audio_volume_mute": "mute",
    "audio_volume_up": "volume up",
    "calendar_query": "ask about calendar",
    "calendar_remove": "remove calendar event",
    "calendar_set": "add calendar event",
    "cooking_recipe": "ask for recipe",
    "datetime_convert": "convert time zone",
    "datetime_query": "ask for date or time",
    "email_addcontact": "add contact",
    "email_query": "check email",
    "email_querycontact": "ask about contact",
    "email_sendemail": "send email",
    "general_affirm": "affirm",
    "general_commandstop": "stop",
    "general_confirm": "ask for confirmation",
    "general_dontcare": "no preference",
    "general_explain": "ask to explain",
    "general_joke": "tell joke",
    "general_negate": "say it was wrong",
    "general_praise": "praise",
    "general_quirky": "chat",
    "general_repeat": "ask to repeat",
    "iot_cleaning": "start cleaning",
    "iot_coffee": "make coffee",
    "iot_hue_lightchange": "change light color",
    "iot_hue_lightdim": "dim lights",
    "iot_hue_lightoff": "lights off",
    "iot_hue_lighton": "lights on",
    "iot_hue_lightup": "brighten lights",
    "iot_wemo_off": "smart plug off",
    "iot_wemo_on": "smart plug on",
    "lists_createoradd": "create or add to list",
    "lists_query": "ask about lists",
    "lists_remove": "remove from list",
    "music_likeness": "state music taste",
    "music_query": "ask about music",
    "music_settings": "change music settings",
    "news_query": "ask for news",
    "play_audiobook": "play audiobook",
    "play_game": "play game",
    "play_music": "play music",
    "play_podcasts": "play podcast",
    "play_radio": "play radio",
    "qa_currency": "ask for exchange rate",
    "qa_definition": "ask for definition",
    "qa_factoid": "ask for fact",
    "qa_maths": "calculate",
    "qa_stock": "ask for stock price",
    "recommendation_events": "recommend events",
    "recommendation_locations": "recommend places",
    "recommendation_movies": "recommend movies",
    "social_post": "post to social media",
    "social_query": "check social media",
    "takeaway_order": "order takeaway",
    "takeaway_query": "ask about takeaway",
    "transport_query": "ask for directions or times",
    "transport_taxi": "call taxi",
    "transport_ticket": "book ticket",
    "transport_traffic": "ask about traffic",
    "weather_query": "ask for weather",
}
_SLOTS = {"timeofday": "time of day"}


def read_hwu64(path: Path) -> list[LabelledText]:
    """Read one part, with readable names.

    Raises:
        EdgebertError: the file cannot be read, or is not HWU64 as Rasa's JSON.

    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        examples = content["rasa_nlu_data"]["common_examples"]
        return [_labelled(example) for example in examples]
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise EdgebertError(f"{path}: is not HWU64 as Rasa's JSON ({error!r})") from error


def _labelled(example: Mapping[str, Any]) -> LabelledText:
    words, tags = words_with_tags(
        example["text"],
        [(entity["start"], entity["end"], entity["entity"]) for entity in example["entities"]],
    )
    return LabelledText(" ".join(words), INTENTS[example["intent"]], tuple(tags))


def words_with_tags(
    text: str, spans: Sequence[tuple[int, int, str]]
) -> tuple[list[str], list[str]]:
    """Split a text into words, and give each the tag of the span it stands in.

    A word is cut where a span begins or ends inside of it, as in "tomorrow's". In HWU64 such a
    place is always beside punctuation, where BERT's tokenizer cuts too: the ids stay the same.

    Args:
        text: the text.
        spans: (first character, character after the last, kind), not overlapping.

    """
    borders = {place for start, end, _ in spans for place in (start, end)}
    words: list[str] = []
    tags: list[str] = []
    begin = 0
    for place in range(len(text) + 1):
        at_end = place == len(text) or text[place].isspace()
        if at_end or place in borders:
            if begin < place:
                words.append(text[begin:place])
                tags.append(_tag(begin, spans))
            begin = place + 1 if at_end else place
    return words, tags


def _tag(place: int, spans: Sequence[tuple[int, int, str]]) -> str:
    for start, end, kind in spans:
        if start <= place < end:
            prefix = "B" if place == start else "I"
            return f"{prefix}-{_SLOTS.get(kind, readable(kind))}"
    return OUTSIDE
