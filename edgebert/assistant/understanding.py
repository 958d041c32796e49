"""What a text asks for, by a bundle or by anything else that can say."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from edgebert.errors import EdgebertError
from edgebert.pipeline import Pipeline
from edgebert.tasks import Request
from edgebert.tasks.intent_and_slots import IntentAndSlots
from edgebert.tasks.scores import LabelScore
from edgebert.tasks.text_classification import TextLabels
from edgebert.tasks.token_classification import Entity

_MARKS = " .,;:!?"


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
            return Understanding(answer.labels, _without_marks(answer.entities))
        assert isinstance(answer, TextLabels)
        return Understanding(answer.labels)

    return understand


def _without_marks(entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Take punctuation off the ends of slots, and slots that are nothing else off the list."""
    found = []
    for entity in entities:
        text = entity.text.rstrip(_MARKS)
        end = entity.start + len(text)
        start = end - len(text.lstrip(_MARKS))
        if start < end:
            words = text.lstrip(_MARKS)
            found.append(replace(entity, start=start, end=end, text=words))
    return tuple(found)
