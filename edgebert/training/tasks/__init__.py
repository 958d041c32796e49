"""The tasks that can be trained: rows to features, outputs to figures."""

from __future__ import annotations

from collections.abc import Sequence

from edgebert.errors import EdgebertError
from edgebert.evaluation.joint import tagged_words
from edgebert.evaluation.rows import Row
from edgebert.evaluation.tagging import TaggingMeasure
from edgebert.text import WordPieceTokenizer
from edgebert.training.recipe import TaskStage
from edgebert.training.tasks.answering import QuestionAnsweringTraining
from edgebert.training.tasks.classification import TextClassificationTraining
from edgebert.training.tasks.joint import IntentAndSlotsTraining
from edgebert.training.tasks.tagging import TokenClassificationTraining, tags_of
from edgebert.training.tasks.task import TrainingTask

__all__ = ["TrainingTask", "task_for"]


def task_for(
    stage: TaskStage, rows: Sequence[Row], tokenizer: WordPieceTokenizer, max_length: int
) -> TrainingTask:
    """Make the task of a recipe; its labels are those of the training rows.

    Args:
        stage: the recipe's stage.
        rows: all training rows.
        tokenizer: of the checkpoint.
        max_length: tokens that texts are cut to.

    Raises:
        EdgebertError: a row lacks a label or has a wrong one, or fewer than two labels.

    """
    if stage.name == "text-classification":
        return TextClassificationTraining(
            tokenizer, max_length, _labels(rows, stage), stage.out_of_scope
        )
    if stage.name == "intent-and-slots":
        tags = tags_of(words for row in rows if (words := tagged_words(row)) is not None)
        return IntentAndSlotsTraining(
            tokenizer, max_length, _labels(rows, stage), tags, stage.out_of_scope
        )
    if stage.name == "token-classification":
        measure = TaggingMeasure(())
        return TokenClassificationTraining(
            tokenizer, max_length, tags_of(measure.example(row) for row in rows)
        )
    return QuestionAnsweringTraining(tokenizer, max_length)


def _labels(rows: Sequence[Row], stage: TaskStage) -> tuple[str, ...]:
    """Return the rows' labels in alphabetical order, the one out of scope last."""
    labels = sorted({row.text("label") for row in rows})
    if len(labels) < 2:
        raise EdgebertError(
            f"task.train: its rows have {len(labels)} labels, expected two or more to choose among"
        )
    if stage.out_of_scope is None:
        return tuple(labels)
    if stage.out_of_scope not in labels:
        raise EdgebertError(
            f"task.out_of_scope {stage.out_of_scope!r}: no training row has this label; found "
            f"{', '.join(labels[:5])}{', ...' if len(labels) > 5 else ''}"
        )
    labels.remove(stage.out_of_scope)
    return (*labels, stage.out_of_scope)
