"""`edgebert search`: the passages of an index that are nearest to a question."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgebert.cli import options

if TYPE_CHECKING:
    from edgebert.knowledge import Finding, Hit


def search(
    index: Annotated[
        Path, typer.Argument(metavar="INDEX", help="What edgebert index wrote.", show_default=False)
    ],
    questions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[QUESTION]...",
            help='Questions; without them, or with "-", each line of standard input is one.',
        ),
    ] = None,
    top_k: Annotated[int, typer.Option(metavar="N", help="Most passages to show.", min=1)] = 3,
    embedder: options.Embedder = None,
    reader: options.Reader = None,
    engine: options.Engine = None,
    mode: options.Mode = None,
    threads: options.Threads = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Search an index by meaning: the nearest passages, with file and lines.

    \b
    edgebert search notes.index "how do I descale the coffee machine?"
    edgebert search notes.index --top-k 10 --json < questions.txt
    edgebert search notes.index "what is the filter for?" --reader bundles/squad

    The similarity is a cosine: 1 is the same, and with all-MiniLM-L6-v2 what has nothing to do
    with a question is mostly below 0.3. Every passage is compared; there is no approximation
    beyond the vectors' int8.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.cli.output import print_json
    from edgebert.cli.requests import read_requests
    from edgebert.knowledge import Knowledge, Reader

    knowledge = Knowledge.load(index, embedder, engine=engine, mode=mode, threads=threads)
    reading = reader and Reader.load(reader, engine=engine, threads=threads)
    requests = read_requests(questions or [], pair=None, context=None, choices=[], top_k=None)
    texts = [request.text for request in requests]
    found = [knowledge.search(text, top_k) for text in texts]
    words = [
        reading.read(text, hits) if reading else None
        for text, hits in zip(texts, found, strict=True)
    ]
    if as_json:
        results = [
            {
                "question": text,
                "hits": [hit.to_json() for hit in hits],
                "answer": answer.to_json() if answer else None,
            }
            for text, hits, answer in zip(texts, found, words, strict=True)
        ]
        print_json({"index": str(index), "results": results})
    else:
        for text, hits, answer in zip(texts, found, words, strict=True):
            _print_hits(text, hits, answer)


def _print_hits(question: str, hits: "Sequence[Hit]", answer: "Finding | None") -> None:
    from edgebert.cli.output import print_line, print_table

    print_line(question, style="bold")
    if answer is not None:
        print_line(f"{_on_one_line(answer.text)} ({answer.place}, score {answer.score:.2f})")
    print_table(
        (">similarity", "place", "passage"),
        ((f"{hit.similarity:.3f}", hit.place, _shown(hit)) for hit in hits),
    )


def _shown(hit: "Hit") -> str:
    text = _on_one_line(hit.passage.text)
    translation = _on_one_line(hit.passage.translation)
    return f"{text}: {translation}" if translation else text


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
