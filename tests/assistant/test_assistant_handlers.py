"""Handlers of anybody: what they get, and that nothing they do ends the assistant."""

import threading
import time

import msgspec
import pytest

from edgebert.assistant import (
    Assistant,
    Config,
    Intent,
    Phrases,
    Reply,
    Slot,
    Store,
    default_config,
    handler,
)
from edgebert.errors import EdgebertError


def config_for(name, **changes) -> Config:
    """Map the label "make coffee" to a handler, beside what is built in."""
    given = {"offer": "make coffee", "slots": changes.pop("slots", {})}
    own = {"make coffee": Intent(handler=name, **given)}
    return msgspec.structs.replace(
        default_config(), intents={**default_config().intents, **own}, **changes
    )


def test_a_handler_gets_the_turn(talk):
    turns = []

    @handler("coffee", Slot("cups", "number", ask="How many cups?"), Slot("kind"))
    def make(turn):
        turns.append(turn)
        turn.store.put("cups", turn.value("cups") + turn.store.get("cups", 0))
        return f"{turn.store.get('cups')} cups of {turn.words('kind') or 'coffee'}."

    slots = {"cups": ("count",), "kind": ("coffee type",)}
    current = talk(make, config=config_for("coffee", slots=slots))
    text = "make coffee=0.9| two [count: two] of [coffee type: Black Mocha]"
    assert current.say(text) == "2 cups of Black Mocha."
    (turn,) = turns
    assert (turn.intent, turn.confidence, turn.now) == ("make coffee", 0.9, current.now[0])
    assert turn.slots["cups"].text == "two"
    assert turn.entities == {"count": ("two",), "coffee type": ("Black Mocha",)}
    assert (turn.confirmed, turn.follows) == (False, False)
    assert current.say("make coffee| make coffee") == "How many cups?"
    assert current.say("several") == "I didn't get that. How many cups?"
    assert current.say("three") == "5 cups of coffee."
    assert turns[-1].last_reply == "I didn't get that. How many cups?"
    assert current.say("and four") == "9 cups of coffee."
    assert turns[-1].follows


def test_a_handler_can_ask_and_have_confirmed(talk):
    @handler("coffee", Slot("size"))
    def make(turn):
        if not turn.words("size"):
            return Reply("Which size?", asks="size")
        if not turn.confirmed:
            return Reply(f"Really {turn.words('size')}?", confirms=True)
        return f"{turn.text}: {turn.words('size')}"

    current = talk(make, config=config_for("coffee"))
    assert current.say("make coffee| coffee please") == "Which size?"
    assert current.say("large") == "Really large?"
    assert current.say("okay") == "coffee please: large"


def raises(turn):
    raise RuntimeError("no \x1b[31mbeans")


def exits(turn):
    raise SystemExit(3)


def returns_nothing(turn):
    return None


def asks_nothing(turn):
    return Reply("What?", asks="no such slot")


def breaks_the_store(turn):
    return turn.store.execute("select * from nowhere")


@pytest.mark.parametrize(
    ("run", "problem"),
    [
        (raises, "RuntimeError: no \x1b[31mbeans"),
        (exits, "SystemExit: 3"),
        (returns_nothing, "TypeError: returned NoneType, expected a Reply or a str"),
        (asks_nothing, "ValueError: asks for the slot 'no such slot', which it has not"),
        (breaks_the_store, "OperationalError: no such table: nowhere"),
    ],
)
def test_a_handler_that_fails_is_said_and_its_writing_forgotten(talk, run, problem):
    @handler("coffee")
    def make(turn):
        turn.store.put("half done", True)
        return run(turn)

    @handler("look")
    def look(turn):
        return str(turn.store.get("half done"))

    phrases = (Phrases("look", ("look",)),)
    current = talk(make, look, config=config_for("coffee", phrases=phrases))
    answer = current.answer("make coffee| coffee")
    assert answer.text.startswith("Sorry, ")
    assert answer.problem == f"handler coffee: {problem}"
    assert answer.expects == "command"
    assert current.say("look") == "None"


def test_a_handler_that_hangs_is_given_up(talk):
    go_on, late = threading.Event(), []

    @handler("coffee")
    def make(turn):
        turn.store.put("half done", True)
        go_on.wait(60)
        try:
            turn.store.put("late", True)
        except Exception as error:
            late.append(error)
        return "Too late."

    @handler("look")
    def look(turn):
        return f"{turn.store.get('half done')} {turn.store.get('late')}"

    phrases = (Phrases("look", ("look",)),)
    current = talk(make, look, config=config_for("coffee", phrases=phrases, time_limit=0.2))
    answer = current.answer("make coffee| coffee")
    assert answer.text == "Sorry, that took too long, so I gave up."
    assert answer.problem == "handler coffee: TookTooLongError: no answer within 0.2 s"
    assert current.say("look") == "None None"
    go_on.set()
    deadline = time.monotonic() + 30
    while not late and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "the turn is over" in str(late[0])
    assert current.say("look") == "None None"


def test_a_statement_that_hangs_is_ended(talk):
    @handler("coffee")
    def make(turn):
        endless = "with recursive n(i) as (select 1 union all select i + 1 from n) "
        turn.store.execute(endless + "select count(*) from n")
        return "never"

    current = talk(make, config=config_for("coffee", time_limit=0.2))
    assert current.say("make coffee| coffee") == "Sorry, that took too long, so I gave up."
    assert current.say("lights on| lights on") == "All lights are on, at 100 %."


def test_an_endless_answer_is_cut(talk):
    @handler("coffee")
    def make(turn):
        return "a" * 10_000_000

    answer = talk(make, config=config_for("coffee")).say("make coffee| coffee")
    assert 10_000 < len(answer) < 100_000


@pytest.mark.parametrize(
    ("error", "problem"),
    [(EdgebertError("not finite"), "not finite"), (ValueError("odd"), "ValueError('odd')")],
)
def test_a_model_that_fails_is_said(error, problem):
    def fails(text):
        raise error

    answer = Assistant(fails, default_config(), Store(None)).respond("lights on")
    assert (answer.text, answer.problem) == ("Sorry, I can't think right now.", problem)


def test_two_of_one_name_are_refused(talk):
    @handler("light.on")
    def mine(turn):
        return ""

    with pytest.raises(EdgebertError, match=r"handler light\.on: there are two of this name"):
        talk(mine)


def test_an_unknown_kind_is_refused():
    with pytest.raises(EdgebertError, match="slot cups: unknown kind 'integer', expected one of"):
        Slot("cups", "integer")
