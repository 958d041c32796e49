"""What a text asks for, by a bundle or by anything else that can say."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from edgebert.errors import EdgebertError
from edgebert.pipeline import Pipeline
from edgebert.tasks import Request
from edgebert.tasks.intent_and_slots import IntentAndSlots
from edgebert.tasks.scores import LabelScore
from edgebert.tasks.text_classification import TextLabels
from edgebert.tasks.token_classification import Entity

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Understanding:
    """What a text asks for.

    Attributes:
        labels: all intents with their probabilities, best first; at least one.
        entities: the slots, in the text's order.

    """

    labels: tuple[LabelScore, ...]
    entities: tuple[Entity, ...] = ()

    def mentions(self, kinds: tuple[str, ...]) -> list[Entity]:
        """Return the slots of these types, in the text's order."""
        return [entity for entity in self.entities if entity.label in kinds]


Understand = Callable[[str], Understanding]
"""From a text to what it asks for."""


def understand_by(pipeline: Pipeline) -> Understand:
    """Understand with a bundle: intents and slots, or intents alone.

    Raises:
        EdgebertError: the bundle is for another task.

    """
    manifest = pipeline.bundle.manifest
    if manifest.task not in ("intent-and-slots", "text-classification"):
        raise EdgebertError(
            f"{pipeline.bundle.root}: is for {manifest.task}, expected intent-and-slots or "
            "text-classification; train one with edgebert train"
        )

    def understand(text: str) -> Understanding:
        answer = pipeline.run(Request(text, top_k=len(manifest.labels))).answer
        if isinstance(answer, IntentAndSlots):
            return Understanding(answer.labels, _of_whole_words(text, answer.entities))
        assert isinstance(answer, TextLabels)
        return Understanding(answer.labels)

    return understand


def _of_whole_words(text: str, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Let slots begin and end with words: models tag pieces of words, and marks beside them.

    A word of which at least half is tagged belongs to the slot; one without a word is dropped.
    """
    words = list(_WORD.finditer(text))
    found = []
    for entity in entities:
        own = [
            word
            for word in words
            if 2 * (min(word.end(), entity.end) - max(word.start(), entity.start)) >= len(word[0])
        ]
        if own:
            start, end = own[0].start(), own[-1].end()
            found.append(replace(entity, start=start, end=end, text=text[start:end]))
    return tuple(found)
