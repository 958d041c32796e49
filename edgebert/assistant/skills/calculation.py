"""Arithmetic and units, from the whole sentence: models mark no numbers in it."""

from edgebert.assistant.handlers import handler
from edgebert.assistant.skills.arithmetic import NoResultError, evaluate, say_number
from edgebert.assistant.skills.units import TEMPERATURES, convert
from edgebert.assistant.turn import Reply, Turn


@handler("sums.calculate")
def calculate(turn: Turn) -> Reply | str:
    """Convert units or work out a sum."""
    found = convert(turn.text)
    if found is not None:
        amount, result = say_number(found.amount, 4), say_number(found.result, 4)
        verb = "is" if found.amount == 1 or found.source in TEMPERATURES else "are"
        return f"{amount} {found.source} {verb} {result} {found.target}."
    try:
        value = evaluate(turn.text)
    except NoResultError as error:
        return str(error)
    if value is None:
        return "I can't work that out. I can do sums such as \u201ctwelve times seven\u201d."
    return f"{say_number(value)}."
