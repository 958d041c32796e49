"""The tasks: what a model is asked and how its outputs are read.

Their names are transformers', but for intent-and-slots, which it does not have.

`task_for` builds the task of a bundle. A task turns a request into token ids, one encoding a run
of the model, and the outputs of those runs into an answer.
"""

from edgebert.bundle.manifest import Manifest
from edgebert.errors import EdgebertError
from edgebert.tasks.feature_extraction import FeatureExtraction
from edgebert.tasks.fill_mask import FillMask
from edgebert.tasks.intent_and_slots import IntentAndSlotFilling
from edgebert.tasks.multiple_choice import MultipleChoice
from edgebert.tasks.question_answering import QuestionAnswering
from edgebert.tasks.request import Request
from edgebert.tasks.task import Answer, EncodedRequest, LabellingTask, Outputs, Task
from edgebert.tasks.text_classification import TextClassification
from edgebert.tasks.token_classification import TokenClassification
from edgebert.text import WordPieceTokenizer

__all__ = [
    "LABELLED_TASKS",
    "NEEDS_PAIRS",
    "PAIR_TASKS",
    "TASKS",
    "Answer",
    "EncodedRequest",
    "Outputs",
    "Request",
    "Task",
    "task_for",
]

_CLASSES: dict[str, type[Task]] = {
    task.name: task
    for task in (
        FeatureExtraction,
        FillMask,
        TextClassification,
        MultipleChoice,
        TokenClassification,
        QuestionAnswering,
        IntentAndSlotFilling,
    )
}

TASKS = tuple(_CLASSES)

LABELLED_TASKS = tuple(name for name, task in _CLASSES.items() if issubclass(task, LabellingTask))
"""Tasks whose models have labels of their own."""

NEEDS_PAIRS = frozenset(
    name for name, task in _CLASSES.items() if "required" in (task.pair, task.choices)
)
"""Tasks that have no meaning for a single text."""

PAIR_TASKS = NEEDS_PAIRS | {name for name, task in _CLASSES.items() if task.pair == "optional"}
"""Tasks whose models can be given two texts at once."""


def task_for(manifest: Manifest, tokenizer: WordPieceTokenizer) -> Task:
    """Build the task of a bundle.

    Raises:
        EdgebertError: the manifest names a task that this version does not know.

    """
    task = _CLASSES.get(manifest.task)
    if task is None:
        raise EdgebertError(
            f"task: found {manifest.task!r}, expected one of {', '.join(TASKS)}; "
            "update edgebert or export the bundle again"
        )
    return task.of_bundle(manifest, tokenizer)
