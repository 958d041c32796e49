"""Training of intents and slots in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from torch import Tensor

from edgebert.evaluation.joint import tagged_words
from edgebert.evaluation.rows import Row
from edgebert.text import WordPieceTokenizer
from edgebert.training.features import UNLABELLED, Example, Target, feature
from edgebert.training.tasks.classification import label_id, label_metrics
from edgebert.training.tasks.tagging import ExpectedTags, WordTagger
from edgebert.training.tasks.task import Logits

if TYPE_CHECKING:
    from transformers import PreTrainedModel, SqueezeBertConfig


class IntentAndSlotsTraining:
    """See TrainingTask.

    A row has a label and either tokens with tags, or a text whose slots are unknown: such a row
    trains the intent alone.
    """

    per_token = frozenset({"slots"})

    def __init__(
        self,
        tokenizer: WordPieceTokenizer,
        max_length: int,
        intents: tuple[str, ...],
        tags: tuple[str, ...],
        out_of_scope: str | None,
    ) -> None:
        self._intents = intents
        self._tagger = WordTagger(tokenizer, max_length, tags)
        self._out_of_scope = None if out_of_scope is None else intents.index(out_of_scope)

    def example(self, row: Row) -> Example:
        """See TrainingTask."""
        tagged = tagged_words(row)
        expected: ExpectedTags | None = None
        if tagged is None:
            encoding, slots = self._tagger.encode_unlabelled(row.text("text"))
        else:
            encoding, slots, expected = self._tagger.encode(tagged, row)
        intent = label_id(row, self._intents)
        targets: dict[str, Target] = {"intent": intent, "slots": slots}
        return Example((feature(encoding, targets),), (intent, expected))

    def unlabelled(self, text: str) -> Example:
        """See TrainingTask."""
        encoding, slots = self._tagger.encode_unlabelled(text)
        targets: dict[str, Target] = {"intent": UNLABELLED, "slots": slots}
        return Example((feature(encoding, targets),), None)

    def build(self, config: SqueezeBertConfig) -> PreTrainedModel:
        """See TrainingTask."""
        from edgebert.exporter.checkpoint.joint import SqueezeBertForIntentAndSlots, with_labels

        labelled = with_labels(config, self._intents, self._tagger.tags)
        return SqueezeBertForIntentAndSlots(labelled)

    def logits(self, output: Any) -> dict[str, Tensor]:
        """See TrainingTask."""
        return {"intent": output.intent_logits, "slots": output.slot_logits}

    def predict(self, logits: Logits) -> Any:
        """See TrainingTask; the intent's id, and the ids of the tokens' tags."""
        return int(logits["intent"].argmax()), logits["slots"].argmax(axis=-1)

    def metrics(
        self, examples: Sequence[Example], predictions: Sequence[Sequence[Any]]
    ) -> dict[str, float]:
        """See TrainingTask; slots are those of rows that have tags."""
        answers = [row[0] for row in predictions]
        intents = [example.expected[0] for example in examples]
        figures = label_metrics(intents, [intent for intent, _ in answers], self._out_of_scope)
        tagged = [
            (example.expected[1], tags)
            for example, (_, tags) in zip(examples, answers, strict=True)
            if example.expected[1] is not None
        ]
        return figures | self._tagger.metrics(tagged)
