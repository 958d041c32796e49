"""Small random models with both tokenizers, and torch in the place of an engine."""

from typing import Any

import torch
import transformers
from fixtures_checkpoints import VOCABULARY, random_module
from transformers import PreTrainedModel

from edgebert.tasks import Answer, Outputs, Request, Task
from edgebert.text import TokenizerConfig, WordPieceTokenizer

MAX_LENGTH = 40  # positions of the small models
OURS = WordPieceTokenizer(VOCABULARY, TokenizerConfig())
THEIRS = transformers.BertTokenizer(
    vocab={token: id for id, token in enumerate(VOCABULARY)}, model_max_length=MAX_LENGTH
)


def reference_pipeline(task: str, model: PreTrainedModel) -> Any:
    """Build transformers' own pipeline around a model."""
    return transformers.pipeline(task, model=model, tokenizer=THEIRS, device="cpu")


def labelled_module(name: str, *labels: str, seed: int = 0) -> PreTrainedModel:
    """Build a random module with these labels."""
    return random_module(
        name,
        seed=seed,
        id2label=dict(enumerate(labels)),
        label2id={label: id for id, label in enumerate(labels)},
    )


def answer(task: Task, model: PreTrainedModel, request: Request) -> Answer:
    """Answer a request with transformers' module, one run an encoding, without padding."""
    encoded = task.encode(request)
    outputs: list[Outputs] = []
    for encoding in encoded.encodings:
        ids = torch.tensor([encoding.input_ids])
        types = torch.tensor([encoding.token_type_ids])
        if "MultipleChoice" in type(model).__name__:
            logits = model(input_ids=ids[None], token_type_ids=types[None]).logits
            outputs.append({"logits": logits[0].numpy()})
        else:
            result = model(input_ids=ids, token_type_ids=types)
            outputs.append({name: value[0].numpy() for name, value in result.items()})
    return task.decode(encoded, outputs)
