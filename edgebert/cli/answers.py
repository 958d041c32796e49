"""Answers as tables for people, one kind of table a task."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat, zip_longest
from typing import Any

import numpy as np

from edgebert.cli.output import print_line, print_table
from edgebert.engines.session import Float32Array
from edgebert.pipeline import Pipeline, Reply, Runtime
from edgebert.tasks import Answer, Request
from edgebert.tasks.feature_extraction import Embedding, TokenStates
from edgebert.tasks.fill_mask import FilledMasks
from edgebert.tasks.intent_and_slots import IntentAndSlots
from edgebert.tasks.multiple_choice import RankedChoices
from edgebert.tasks.question_answering import ExtractedAnswer
from edgebert.tasks.text_classification import TextLabels
from edgebert.tasks.token_classification import Entities, Entity

LONGEST_CELL = 60  # characters of a text that a table shows
SHOWN_NUMBERS = 6  # of a vector
MOST_COMPARED = 20  # embeddings whose similarities fit on a screen

Rows = Iterable[tuple[str, ...]]


def print_answers(
    pipeline: Pipeline, requests: Sequence[Request], replies: Sequence[Reply]
) -> None:
    """Print what ran, the answers as a table, and what has to be known about them."""
    print_line(describe(pipeline), style="bold")
    columns, rows = _TABLES[type(replies[0].answer)]
    print_table(
        columns,
        (
            row
            for number, (request, reply) in enumerate(zip(requests, replies, strict=True), 1)
            for row in rows(str(number), request, reply.answer)
        ),
    )
    embeddings = [
        reply.answer.embedding for reply in replies if isinstance(reply.answer, Embedding)
    ]
    if 1 < len(embeddings) <= MOST_COMPARED:
        _print_similarities(embeddings)
    elif embeddings[1:]:
        print_line(
            f"cosine similarities are shown for up to {MOST_COMPARED} texts; "
            "--json has the embeddings"
        )
    cut = sum(reply.answer.truncated for reply in replies)
    if cut:
        longest = max(pipeline.bundle.manifest.buckets)
        print_line(f"{cut} of {len(replies)} texts cut to {longest} tokens, the longest bucket")


def describe(pipeline: Pipeline) -> str:
    """Say in a line which model and task, and what runs it."""
    return (
        f"{pipeline.bundle.manifest.source.name}, {pipeline.task}: "
        f"{describe_runtime(pipeline.runtime)}"
    )


def describe_runtime(runtime: Runtime) -> str:
    """Say in a few words which engine, backend and precision mode run."""
    threads = "" if runtime.threads is None else f", threads {runtime.threads}"
    return (
        f"engine {runtime.engine} {runtime.version}, backend {runtime.backend}, "
        f"mode {runtime.mode}{threads}"
    )


def _print_similarities(embeddings: Sequence[Float32Array]) -> None:
    """Print the cosine similarity of each two texts, numbered as in the table."""
    vectors = np.stack(embeddings).astype(np.float64)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    numbers = [str(number) for number in range(1, len(vectors) + 1)]
    print_table(
        ["cosine", *(f">{number}" for number in numbers)],
        (
            (number, *(f"{value:.3f}" for value in row))
            for number, row in zip(numbers, vectors @ vectors.T, strict=True)
        ),
    )


def _embedding_rows(number: str, request: Request, answer: Embedding) -> Rows:
    size = str(len(answer.embedding))
    yield number, shorten(request.text), size, _first_numbers(answer.embedding)


def _token_state_rows(number: str, request: Request, answer: TokenStates) -> Rows:
    for token, state in zip(answer.tokens, answer.states, strict=True):
        yield number, token, str(len(state)), _first_numbers(state)


def _label_rows(number: str, request: Request, answer: TextLabels) -> Rows:
    text = request.text if request.pair is None else f"{request.text} | {request.pair}"
    if not answer.labels:
        yield number, shorten(text), "", ""
    for cells, found in zip(_once(number, text), answer.labels, strict=False):
        yield *cells, found.label, _score(found.score)


def _entity_rows(number: str, request: Request, answer: Entities) -> Rows:
    if not answer.entities:
        yield number, shorten(request.text), "", "", "", ""
    for cells, entity in zip(_once(number, request.text), answer.entities, strict=False):
        yield *cells, *_entity_cells(entity)


def _intent_and_slot_rows(number: str, request: Request, answer: IntentAndSlots) -> Rows:
    """Show the intents, and beside them the slots, from the top."""
    found = zip_longest(answer.labels, answer.entities)
    for cells, (intent, slot) in zip(_once(number, request.text), found, strict=False):
        named = (intent.label, _score(intent.score)) if intent else ("", "")
        yield *cells, *named, *(_entity_cells(slot) if slot else ("", "", "", ""))


def _entity_cells(entity: Entity) -> tuple[str, str, str, str]:
    place = f"{entity.start}-{entity.end}"
    return entity.label, shorten(entity.text), place, _score(entity.score)


def _extracted_rows(number: str, request: Request, answer: ExtractedAnswer) -> Rows:
    place = f"{answer.start}-{answer.end}"
    yield number, shorten(request.text), shorten(answer.text), place, _score(answer.score)


def _mask_rows(number: str, request: Request, answer: FilledMasks) -> Rows:
    for mask in answer.masks:
        for fill in mask.fills:
            yield (
                number,
                f"{mask.start}-{mask.end}",
                fill.token,
                _score(fill.score),
                shorten(fill.text),
            )


def _choice_rows(number: str, request: Request, answer: RankedChoices) -> Rows:
    for cells, choice in zip(_once(number, request.text), answer.choices, strict=False):
        yield *cells, shorten(choice.text), _score(choice.score)


def _once(number: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the number and the text for an answer's first row, blanks for the rows below it."""
    return chain([(number, shorten(text))], repeat(("", "")))


def shorten(text: str) -> str:
    """Cut a text to what a cell of a table shows."""
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _score(score: float) -> str:
    return f"{score:.4f}"


def _first_numbers(vector: Float32Array) -> str:
    shown = " ".join(f"{value:+.3f}" for value in vector[:SHOWN_NUMBERS])
    return f"{shown} …" if len(vector) > SHOWN_NUMBERS else shown


_TABLES: dict[type[Answer], tuple[tuple[str, ...], Callable[[str, Request, Any], Rows]]] = {
    Embedding: (("#", "text", ">channels", "first numbers"), _embedding_rows),
    TokenStates: (("#", "token", ">channels", "first numbers"), _token_state_rows),
    TextLabels: (("#", "text", "label", ">score"), _label_rows),
    Entities: (("#", "text", "label", "entity", ">characters", ">score"), _entity_rows),
    IntentAndSlots: (
        ("#", "text", "intent", ">score", "slot", "words", ">characters", ">score"),
        _intent_and_slot_rows,
    ),
    ExtractedAnswer: (("#", "question", "answer", ">characters", ">score"), _extracted_rows),
    FilledMasks: (("#", ">characters", "token", ">score", "text"), _mask_rows),
    RankedChoices: (("#", "prompt", "choice", ">score"), _choice_rows),
}
