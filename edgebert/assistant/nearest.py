"""What the assistant can do, and which of it is nearest to what it does not understand."""

from dataclasses import dataclass

from edgebert.assistant.config import Config, Intent, Phrases
from edgebert.assistant.saying import say_all
from edgebert.assistant.turn import Ability
from edgebert.assistant.understanding import Understanding

SOME = 3  # abilities that are named where none is near


@dataclass(frozen=True)
class Near:
    """The nearest thing that the assistant can do.

    Attributes:
        label: the model's label.
        score: its probability.
        offer: in words that fit behind "I can".
        example: what a user could say, or "".
        is_likely: whether it may have been meant.

    """

    label: str
    score: float
    offer: str
    example: str
    is_likely: bool


def abilities_of(config: Config) -> tuple[Ability, ...]:
    """Return what a configuration can do, each once, in its order."""
    entries: list[Intent | Phrases] = [*config.intents.values(), *config.phrases]
    offered = {entry.offer: Ability(entry.offer, entry.example) for entry in entries if entry.offer}
    return tuple(offered.values())


def nearest_intent(config: Config, understanding: Understanding) -> Near | None:
    """Return the likeliest intent that can be offered, or None where none is at all likely.

    It may have been meant if the model's first choice is something that the assistant can do.
    """
    best = understanding.labels[0]
    for found in understanding.labels:
        intent = config.intents.get(found.label)
        if found.score < config.nearest_confidence:
            break
        if intent is not None and intent.offer:
            is_likely = best.label in config.intents and found.score >= config.offer_confidence
            return Near(found.label, found.score, intent.offer, intent.example, is_likely)
    return None


def cannot(config: Config, near: Near | None) -> str:
    """Say that the assistant does not know, and what comes nearest."""
    if near is None:
        offers = say_all([ability.offer for ability in abilities_of(config)][:SOME], "or")
        return f"I don't know how to do that.{f' I can {offers}.' if offers else ''}"
    example = f": say \u201c{near.example}\u201d" if near.example else ""
    return f"I don't know how to do that. The nearest I can do is to {near.offer}{example}."
