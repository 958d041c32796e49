"""Question answering: exact match and F1 of answers, by SQuAD's definition."""

import re
import string
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from edgebert.errors import EdgebertError
from edgebert.evaluation.measure import Columns, Metric, Model, Score, Scores, same_answers
from edgebert.evaluation.rows import Row
from edgebert.tasks import Request
from edgebert.tasks.question_answering import QuestionAnswering

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True)
class Question:
    """A question, the text that holds its answer, and the answers that count as right."""

    question: str
    context: str
    answers: tuple[str, ...]


def answer_words(text: str) -> list[str]:
    """Split an answer for comparison: lower case, no ASCII punctuation, no articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_WITHOUT_PUNCTUATION)).split()


def exact_match(answer: str, expected: str) -> float:
    """Return 1 for answers of the same words in the same order, else 0."""
    return float(answer_words(answer) == answer_words(expected))


def word_f1(answer: str, expected: str) -> float:
    """Return the F1 of the words in two answers; without words, 1 if both have none, else 0."""
    words, others = answer_words(answer), answer_words(expected)
    if not words or not others:
        return float(words == others)
    shared = (Counter(words) & Counter(others)).total()
    return 2 * shared / (len(words) + len(others))


def mean_f1(columns: Columns) -> float:
    """Return the mean F1 of all rows."""
    return float(columns["f1"].mean())


def mean_exact_match(columns: Columns) -> float:
    """Return the share of rows answered exactly."""
    return float(columns["exact"].mean())


@dataclass(frozen=True)
class AnsweringMeasure:
    """Compares the answer with each of the row's answers; the best of them counts.

    Attributes:
        field, pair_field, label_field: the names of the data's fields.

    """

    field: str = "question"
    pair_field: str = "context"
    label_field: str = "answers"
    columns: ClassVar[tuple[str, ...]] = ("exact", "f1")
    metrics: ClassVar[Mapping[str, Metric]] = {
        "f1": mean_f1,
        "exact_match": mean_exact_match,
    }

    def example(self, row: Row) -> Question:
        """See Measure."""
        value = row.value(self.label_field)
        # A string is one answer, whole: it is not split at spaces as a list of words is.
        answers = (value,) if isinstance(value, str) else row.strings(self.label_field)
        if not answers:
            raise EdgebertError(
                f"{row.place}: field {self.label_field!r} holds no answer, expected one or more; "
                "leave out questions without an answer: edgebert always answers"
            )
        return Question(row.text(self.field), row.text(self.pair_field), answers)

    def score(self, model: Model, example: Question) -> Score:
        """See Measure."""
        task = QuestionAnswering(model.tokenizer, model.max_length)
        encoded = task.encode(Request(example.question, example.context))
        answer = task.decode(encoded, [model.outputs(one) for one in encoded.encodings])
        values = (
            max(exact_match(answer.text, expected) for expected in example.answers),
            max(word_f1(answer.text, expected) for expected in example.answers),
        )
        return Score(values, f"{answer.start}-{answer.end}", encoded.truncated)

    def agreement(self, these: Scores, others: Scores) -> float:
        """See Measure; the share of rows answered with the same place in the context."""
        return same_answers(these, others)

    def correct(self, columns: Columns) -> NDArray[np.bool_] | None:
        """See Measure; a row is right by degree."""
        return None
