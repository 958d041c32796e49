"""Talk about the dialogue itself: help, once more, thanks."""

from edgebert.assistant.handlers import handler
from edgebert.assistant.turn import Reply, Turn


@handler("talk.help")
def show_help(turn: Turn) -> Reply | str:
    """Say what the assistant can do."""
    if not turn.abilities:
        return "I have not been told what I can do."
    lines = [
        f"- {ability.offer}" + (f": \u201c{ability.example}\u201d" if ability.example else "")
        for ability in turn.abilities
    ]
    return "\n".join(["I can:", *lines])


@handler("talk.repeat")
def repeat(turn: Turn) -> Reply | str:
    """Say the last answer again."""
    return turn.last_reply or "I haven't said anything yet."


@handler("talk.thanks")
def thanks(turn: Turn) -> Reply | str:
    """Answer to praise."""
    return "You're welcome."
