"""From a folder or a hub id to a `Checkpoint`: every part is read, checked and put together."""

from __future__ import annotations

from edgebert.bundle.manifest import FEATURE_EXTRACTION, POOLINGS, Pooling
from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint.config import read_config
from edgebert.exporter.checkpoint.messages import one_line
from edgebert.exporter.checkpoint.model_card import read_license
from edgebert.exporter.checkpoint.module import build_module
from edgebert.exporter.checkpoint.sentence_embedding import (
    read_embedding_steps,
    read_max_length,
    read_modules,
)
from edgebert.exporter.checkpoint.source import Source, find_source
from edgebert.exporter.checkpoint.tokenizer import Tokenizer, read_tokenizer
from edgebert.exporter.checkpoint.values import Checkpoint
from edgebert.exporter.checkpoint.weights import read_weights, weights_sha256
from edgebert.tasks import TASKS

_SMALLEST_LENGTH = 3  # one token between the two special ones


def load_checkpoint(
    source: str, task: str, *, pooling: str | None = None, revision: str | None = None
) -> Checkpoint:
    """Load a SqueezeBERT or BERT checkpoint for a task; a BERT is converted exactly.

    Args:
        source: A folder as save_pretrained of transformers or sentence-transformers writes it, or
            a hub id. For a folder nothing touches the network.
        task: One of `TASKS`. Feature extraction takes any checkpoint and drops its head; every
            other task needs a checkpoint with its head.
        pooling: One of `POOLINGS`, for feature extraction only; by default what the folder's
            sentence-transformers files say, else "none".
        revision: A branch, tag or commit of a hub id.

    Raises:
        EdgebertError: anything missing, damaged, unsupported or inconsistent, in one line.

    """
    wanted = _check_request(task, pooling)
    try:
        return _load(find_source(source, revision), task, wanted)
    except OSError as error:
        raise EdgebertError(f"{source}: cannot be read ({one_line(error)})") from error


def _load(found: Source, task: str, pooling: Pooling | None) -> Checkpoint:
    """Read all parts of a checkpoint and put them together."""
    modules = read_modules(found.folder)
    folder = modules[0].folder if modules else found.folder
    config = read_config(folder, task)
    tokenizer = read_tokenizer(folder)
    if len(tokenizer.vocabulary) > config.squeezebert.vocab_size:
        raise EdgebertError(
            f"{folder}: the tokenizer's vocabulary has {len(tokenizer.vocabulary)} tokens, but the "
            f"embedding only {config.squeezebert.vocab_size} rows (vocab_size of config.json); "
            "they are not of one model"
        )
    how: Pooling = "none"
    normalize = False
    if task == FEATURE_EXTRACTION:
        how, normalize = read_embedding_steps(
            found.folder, modules, tokenizer.config.lowercase, pooling
        )
    weights = read_weights(folder)
    return Checkpoint(
        task=task,
        model=build_module(config, weights, task, needs_pooler=how == "pooler"),
        labels=config.labels,
        pooling=how,
        normalize=normalize,
        vocabulary=tokenizer.vocabulary,
        tokenizer=tokenizer.config,
        max_length=_max_length(
            found.name,
            config.squeezebert.max_position_embeddings,
            tokenizer,
            read_max_length(modules),
        ),
        source=found.name,
        architecture=config.architecture.name,
        sha256=weights_sha256(weights.tensors),
        license=read_license(found.folder),
        slot_labels=config.slot_labels,
        multi_label=config.multi_label,
    )


def _check_request(task: str, pooling: str | None) -> Pooling | None:
    """Check the task and the pooling that the caller asks for."""
    if task not in TASKS:
        raise EdgebertError(f"unknown task {task!r}; expected one of {', '.join(TASKS)}")
    if pooling is None:
        return None
    if pooling not in POOLINGS:
        raise EdgebertError(f"unknown pooling {pooling!r}; expected one of {', '.join(POOLINGS)}")
    if task != FEATURE_EXTRACTION:
        raise EdgebertError(f"pooling {pooling!r} goes with {FEATURE_EXTRACTION} only, not {task}")
    return pooling


def _max_length(name: str, positions: int, tokenizer: Tokenizer, sentence: int | None) -> int:
    """Return the most tokens an input may have: the smallest of all limits that are stated."""
    limits = [positions, tokenizer.max_length, sentence]
    length = min(limit for limit in limits if limit is not None)
    if length < _SMALLEST_LENGTH:
        raise EdgebertError(
            f"{name}: inputs may have {length} tokens at most, too few for a text between the "
            "special tokens; look at max_position_embeddings and model_max_length"
        )
    return length
