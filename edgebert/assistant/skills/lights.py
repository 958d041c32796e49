"""Lights and plugs as a simulated device: their state is kept in the store.

Whoever has real ones registers handlers of his own and names them in a TOML.
"""

from typing import Any

from edgebert.assistant.handlers import Slot, handler
from edgebert.assistant.turn import Reply, Turn
from edgebert.assistant.values import parse_number

EVERYWHERE = "all"
STEP = 20  # percent, of one brighter or dimmer
SMALL_STEP = 10
MOST_ROOMS = 100
_NEW = {"on": False, "level": 100, "color": "white"}
_LEVELS = {
    "half": 50,
    "lowest": 10,
    "minimum": 10,
    "low": 20,
    "medium": 50,
    "high": 90,
    "highest": 100,
    "maximum": 100,
    "full": 100,
}

_ROOM = Slot("room")
_AMOUNT = Slot("amount")


@handler("light.on", _ROOM)
def switch_on(turn: Turn) -> Reply | str:
    """Switch the light on."""
    return _change(turn, on=True)


@handler("light.off", _ROOM)
def switch_off(turn: Turn) -> Reply | str:
    """Switch the light off."""
    return _change(turn, on=False)


@handler("light.dim", _ROOM, _AMOUNT)
def dim(turn: Turn) -> Reply | str:
    """Make the light darker, by a step or to a level."""
    return _change(turn, on=True, level=_level(turn, -1))


@handler("light.brighten", _ROOM, _AMOUNT)
def brighten(turn: Turn) -> Reply | str:
    """Make the light brighter, by a step or to a level."""
    return _change(turn, on=True, level=_level(turn, 1))


@handler("light.color", _ROOM, Slot("color"), _AMOUNT)
def color(turn: Turn) -> Reply | str:
    """Give the light another colour, or a level where one is named in its place."""
    if not turn.words("color"):
        if not turn.words("amount"):
            return Reply("Which colour?", asks="color")
        return _change(turn, on=True, level=_level(turn, 1))
    return _change(turn, on=True, color=turn.words("color").casefold()[:40])


@handler("plug.on", Slot("device"))
def plug_on(turn: Turn) -> Reply | str:
    """Switch a plug on."""
    return _plug(turn, on=True)


@handler("plug.off", Slot("device"))
def plug_off(turn: Turn) -> Reply | str:
    """Switch a plug off."""
    return _plug(turn, on=False)


def _change(turn: Turn, **changes: Any) -> str:
    lights = turn.store.get("lights", {})
    room = _room(turn)
    rooms = [room] if room != EVERYWHERE else [EVERYWHERE, *lights]
    if room not in lights and len(lights) >= MOST_ROOMS:
        return f"I know {MOST_ROOMS} rooms and no more."
    for name in rooms:
        lights[name] = {**_state(lights, name), **changes}
    turn.store.put("lights", lights)
    return _say(room, lights[room])


def _state(lights: dict[str, Any], room: str) -> dict[str, Any]:
    state: dict[str, Any] = lights.get(room) or lights.get(EVERYWHERE) or _NEW
    return state


def _room(turn: Turn) -> str:
    words = turn.words("room").casefold().split()
    words = [word for word in words if word not in ("the", "my", "our", "in")][:6]
    name = " ".join(words)[:40]
    return EVERYWHERE if name in ("", "house", "home", "room", "this room", "everywhere") else name


def _level(turn: Turn, sign: int) -> int:
    """Return the level that is asked for: 1 to 100."""
    amount = turn.words("amount").casefold()
    number = parse_number(amount)
    named = next((level for word, level in _LEVELS.items() if word in amount.split()), None)
    now = _state(turn.store.get("lights", {}), _room(turn))["level"]
    if number is not None and not amount.startswith("by"):
        level = number
    elif named is not None:
        level = named
    else:
        small = any(word in amount for word in ("bit", "little", "slight"))
        step = number if number is not None else SMALL_STEP if small else STEP
        level = now + sign * step
    return round(min(max(level, 1), 100))


def _say(room: str, state: dict[str, Any]) -> str:
    where = "All lights are" if room == EVERYWHERE else f"The {room} light is"
    if not state["on"]:
        return f"{where} off."
    tint = "" if state["color"] == "white" else f", {state['color']}"
    return f"{where} on{tint}, at {state['level']} %."


def _plug(turn: Turn, *, on: bool) -> str:
    name = turn.words("device").casefold()[:40] or "plug"
    plugs = turn.store.get("plugs", {})
    if name not in plugs and len(plugs) >= MOST_ROOMS:
        return f"I know {MOST_ROOMS} plugs and no more."
    turn.store.put("plugs", {**plugs, name: on})
    return f"The {name} is {'on' if on else 'off'}."
