"""The tasks, by transformers' names: what a model is asked and how its outputs are read.

`task_for` builds the task of a bundle. A task turns a request into token ids, one encoding a run
of the model, and the outputs of those runs into an answer.
"""

from collections.abc import Callable

from edgebert.bundle.manifest import Manifest
from edgebert.errors import EdgebertError
from edgebert.tasks.feature_extraction import FeatureExtraction
from edgebert.tasks.fill_mask import FillMask
from edgebert.tasks.multiple_choice import MultipleChoice
from edgebert.tasks.question_answering import QuestionAnswering
from edgebert.tasks.request import Request
from edgebert.tasks.task import Answer, EncodedRequest, Outputs, Task
from edgebert.tasks.text_classification import TextClassification
from edgebert.tasks.token_classification import TokenClassification
from edgebert.text import WordPieceTokenizer

__all__ = ["TASKS", "Answer", "EncodedRequest", "Outputs", "Request", "Task", "task_for"]

Builder = Callable[[Manifest, WordPieceTokenizer, int], Task]


def _feature_extraction(manifest: Manifest, tokenizer: WordPieceTokenizer, max_length: int) -> Task:
    return FeatureExtraction(
        tokenizer,
        max_length,
        output=manifest.outputs[0].name,
        pooled=manifest.pooling != "none",
        normalize=manifest.normalize,
    )


_BUILDERS: dict[str, Builder] = {
    "feature-extraction": _feature_extraction,
    "fill-mask": lambda _, tokenizer, length: FillMask(tokenizer, length),
    "multiple-choice": lambda _, tokenizer, length: MultipleChoice(tokenizer, length),
    "question-answering": lambda _, tokenizer, length: QuestionAnswering(tokenizer, length),
    "text-classification": lambda manifest, tokenizer, length: TextClassification(
        tokenizer, length, manifest.labels
    ),
    "token-classification": lambda manifest, tokenizer, length: TokenClassification(
        tokenizer, length, manifest.labels
    ),
}

TASKS: tuple[str, ...] = tuple(_BUILDERS)


def task_for(manifest: Manifest, tokenizer: WordPieceTokenizer) -> Task:
    """Build the task of a bundle.

    Raises:
        EdgebertError: the manifest names a task that this version does not know.

    """
    builder = _BUILDERS.get(manifest.task)
    if builder is None:
        raise EdgebertError(
            f"task: found {manifest.task!r}, expected one of {', '.join(TASKS)}; "
            "update edgebert or export the bundle again"
        )
    return builder(manifest, tokenizer, max(manifest.buckets))
