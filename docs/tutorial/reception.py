"""What the hotel's assistant does."""

from edgebert.assistant import Slot, Turn, handler


@handler("hotel.towels", Slot("count", "number", ask="How many towels?"))
def towels(turn: Turn) -> str:
    """Send towels."""
    return f"{turn.value('count'):g} towels are on their way."


@handler("hotel.breakfast")
def breakfast(turn: Turn) -> str:
    """Tell the hours."""
    return "Breakfast is from 6:30 to 10:30, on the ground floor."


@handler("hotel.checkout")
def checkout(turn: Turn) -> str:
    """Tell the hours and the price."""
    return "Check-out is at 11:00; until 15:00 it costs 30 euros."


@handler("hotel.temperature")
def temperature(turn: Turn) -> str:
    """Have somebody come."""
    return "I have told the caretaker, who comes to see to it."


@handler("hotel.taxi", Slot("when", "moment", ask="When do you need it?"))
def taxi(turn: Turn) -> str:
    """Call a taxi."""
    moment = turn.value("when").at
    return f"A taxi will be there on {moment:%A at %H:%M}."
