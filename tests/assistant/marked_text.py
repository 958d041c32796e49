"""Texts that say themselves what they mean, in the place of a model, for tests of the dialogue.

    set alarm| wake me at [time: six am] [date: tomorrow]

What stands before the bar is the intent, with its probability where it is not 1, and what stands in
brackets is a slot. A text without a bar is out of scope.
"""

import re

from edgebert.assistant import Understanding, default_config
from edgebert.tasks.scores import LabelScore
from edgebert.tasks.token_classification import Entity

OUT_OF_SCOPE = "out of scope"
LABELS = (*default_config().intents, "affirm", "say it was wrong", "stop", "ask for weather")
_SLOT = re.compile(r"\[([a-z ]+): ([^]]*)\]")


class MarkedTexts:
    """Understands plain texts as their marked forms say, which `plain` registers."""

    def __init__(self):
        self._known = {}

    def plain(self, marked: str) -> str:
        """Return the text without its marks, and understand it from now on."""
        before, bar, rest = marked.partition("|")
        if not bar:
            before, rest = OUT_OF_SCOPE, marked
        label, _, score = before.strip().partition("=")
        text, entities, place = "", [], 0
        rest = rest.strip()
        for match in _SLOT.finditer(rest):
            text += rest[place : match.start()]
            words = match[2]
            entities.append(Entity(match[1], 1.0, len(text), len(text) + len(words), words))
            text += words
            place = match.end()
        text += rest[place:]
        self._known[text] = (label, float(score or 1), tuple(entities))
        return text

    def __call__(self, text: str) -> Understanding:
        label, score, entities = self._known.get(text, (OUT_OF_SCOPE, 1.0, ()))
        others = [name for name in (*LABELS, OUT_OF_SCOPE) if name != label]
        ranked = [LabelScore(label, score)]
        # The others share what is left, the first half of it each time.
        for name in others:
            score = (1 - sum(found.score for found in ranked)) / 2
            ranked.append(LabelScore(name, score))
        return Understanding(tuple(ranked), entities)
