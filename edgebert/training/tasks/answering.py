"""Training of extractive question answering: where the answer begins and ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import Tensor

from edgebert.errors import EdgebertError
from edgebert.evaluation.answering import (
    AnsweringMeasure,
    Question,
    exact_match,
    mean_exact_match,
    mean_f1,
    word_f1,
)
from edgebert.evaluation.rows import Row
from edgebert.tasks import Request
from edgebert.tasks.question_answering import QuestionAnswering
from edgebert.text import Encoding, WordPieceTokenizer
from edgebert.training.features import Example, feature
from edgebert.training.tasks.task import Logits

if TYPE_CHECKING:
    from transformers import PreTrainedModel, SqueezeBertConfig

# A window without the answer points at [CLS], as in BERT's training on SQuAD.
_NOWHERE = (0, 0)
_SCORES = (word_f1, exact_match)


class QuestionAnsweringTraining:
    """See TrainingTask.

    The answer's place is the row's `answer_start` (characters of the context) where it has that
    field, else the first place where the first answer stands.
    """

    per_token = frozenset({"start", "end"})

    def __init__(self, tokenizer: WordPieceTokenizer, max_length: int) -> None:
        self._task = QuestionAnswering(tokenizer, max_length)
        self._measure = AnsweringMeasure()

    def example(self, row: Row) -> Example:
        """See TrainingTask; one feature for each window of the context."""
        question = self._measure.example(row)
        begin = _place(question, row)
        encoded = self._task.encode(Request(question.question, question.context))
        features = []
        for window in encoded.encodings:
            first, last = answer_tokens(window, begin, begin + len(question.answers[0]))
            features.append(feature(window, {"start": first, "end": last}))
        return Example(tuple(features), (question, encoded))

    def unlabelled(self, text: str) -> Example:
        """See TrainingTask; the input is a question and a context, so this is an error."""
        raise EdgebertError("question-answering: needs a question and a context, found a text")

    def build(self, config: SqueezeBertConfig) -> PreTrainedModel:
        """See TrainingTask."""
        from transformers import SqueezeBertForQuestionAnswering

        return SqueezeBertForQuestionAnswering(config)

    def logits(self, output: Any) -> dict[str, Tensor]:
        """See TrainingTask."""
        return {"start": output.start_logits, "end": output.end_logits}

    def predict(self, logits: Logits) -> Logits:
        """See TrainingTask; an answer needs the logits of all windows."""
        return {"start_logits": logits["start"], "end_logits": logits["end"]}

    def metrics(
        self, examples: Sequence[Example], predictions: Sequence[Sequence[Any]]
    ) -> dict[str, float]:
        """See TrainingTask."""
        scores = []
        for example, outputs in zip(examples, predictions, strict=True):
            question, encoded = example.expected
            answer = self._task.decode(encoded, outputs).text
            scores.append(
                [max(score(answer, one) for one in question.answers) for score in _SCORES]
            )
        f1, exact = np.asarray(scores).T
        return {"f1": mean_f1({"f1": f1}), "exact_match": mean_exact_match({"exact": exact})}


def answer_tokens(window: Encoding, begin: int, end: int) -> tuple[int, int]:
    """Find the first and the last token of an answer; [CLS] twice if it is not all in the window.

    Args:
        window: a question and a part of its context.
        begin: the answer's first character in the context.
        end: the character after its last.

    """
    inside = [
        at
        for at, ((start, stop), part) in enumerate(
            zip(window.offsets, window.sequence_ids, strict=True)
        )
        if part == 1 and start < end and stop > begin
    ]
    if not inside:
        return _NOWHERE
    first, last = inside[0], inside[-1]
    whole = window.offsets[first][0] <= begin and window.offsets[last][1] >= end
    return (first, last) if whole else _NOWHERE


def _place(question: Question, row: Row) -> int:
    answer = question.answers[0]
    if "answer_start" in row.record:
        begin = int(row.number("answer_start"))
        if question.context[begin : begin + len(answer)] != answer:
            raise row.wrong("answer_start", "the place of the first answer in the context")
        return begin
    begin = question.context.find(answer)
    if begin < 0 or not answer:
        raise EdgebertError(
            f"{row.place}: the answer {answer[:60]!r} does not stand in the context, so nothing "
            "can be learnt from the row; leave it out"
        )
    return begin
