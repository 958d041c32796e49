"""Whole dialogues, turn by turn, as they must go.

In `dialogues/`: "> " is said (a marked text), "< " answered, "@ " sets the clock, "! " announced.
"""

from datetime import datetime
from pathlib import Path

import pytest

DIALOGUES = sorted(Path(__file__).parent.glob("dialogues/*.txt"))


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_a_dialogue_goes_as_written(talk, path):
    current = talk()
    written, happened = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        sign, _, text = line.partition(" ")
        if sign == "#":
            continue
        written.append(line)
        if sign == ">":
            happened += [line, f"< {current.say(text)}"]
        elif sign == "@":
            moment = datetime.fromisoformat(text)
            current.now[0] = moment.replace(tzinfo=current.now[0].tzinfo)
            due = current.assistant.due()
            current.assistant.acknowledge(due)
            happened += [line, *(f"! {found.text}" for found in due)]
    assert len(written) > 20
    assert happened == written


def test_help_names_everything_and_examples(talk):
    lines = talk().say("help").splitlines()
    assert lines[0] == "I can:"
    assert "- set an alarm or a timer: \u201cwake me at seven tomorrow\u201d" in lines
    assert len(lines) > 15


def test_an_answer_says_what_is_expected_next(talk):
    current = talk()
    asked = current.answer("set alarm=0.75| set an alarm for [event name: lunch]")
    assert asked.to_json() == {
        "answer": "For what time?",
        "handler": "alarm.set",
        "intent": "set alarm",
        "confidence": 0.75,
        "slots": {"name": {"text": "lunch", "value": "lunch"}},
        "expects": "slot",
        "problem": None,
        "sources": [],
    }
    done = current.answer("noon")
    assert done.to_json()["slots"]["when"]["value"] == "2026-11-21T12:00:00+01:00"
    assert done.expects == "command"
    current.say("create or add to list| add milk to my [list name: shopping] list")
    assert current.answer("remove from list| clear my list").expects == "confirmation"
