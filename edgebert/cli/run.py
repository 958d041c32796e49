"""`edgebert run`: ask a bundle, on the engine of choice."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edgebert.cli import options

if TYPE_CHECKING:
    from edgebert.pipeline import Pipeline, Reply
    from edgebert.tasks import Request

PROGRESS_FROM = 20  # texts; fewer are answered before a progress bar could be read


def run(
    bundle: Annotated[
        Path, typer.Argument(metavar="BUNDLE", help="A bundle's folder.", show_default=False)
    ],
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TEXT",
            help="Texts, questions or prompts; none or - reads lines from standard input.",
            show_default=False,
        ),
    ] = None,
    engine: options.Engine = None,
    mode: options.Mode = None,
    threads: options.Threads = None,
    require_signature: options.RequireSignature = None,
    digest: options.Digest = None,
    pair: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The second text of a pair.")
    ] = None,
    context: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Where the answer is looked for; - is standard input."),
    ] = None,
    choice: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="One of the choices; repeat it for each."),
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="Labels of your own to choose from, with commas between, for a model of natural "
            "language inference.",
        ),
    ] = None,
    hypothesis: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="What a label says of a text. [This example is {}.]"),
    ] = None,
    multi_label: Annotated[
        bool, typer.Option("--multi-label", help="Judge each of --labels on its own.")
    ] = False,
    top_k: Annotated[
        int | None, typer.Option(metavar="N", help="Most labels, tokens or choices to show.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document, with whole vectors.")
    ] = False,
) -> None:
    """Answer texts with a bundle, offline.

    \b
    edgebert run minilm "turn on the light" "switch the lamp on"
    edgebert run intents --engine litert --threads 2 "what is the weather"
    edgebert run nli "A man sleeps." --pair "Somebody is awake."
    edgebert run nli "Will it rain?" --labels "weather, music" --hypothesis "This is about {}."
    edgebert run squad "Who was first?" --context - < report.txt
    edgebert run bert "Paris is the [MASK] of France." --top-k 3
    edgebert run swag "She opens the door" --choice "and leaves." --choice "and boils."
    edgebert run minilm --json < sentences.txt

    A text that begins with a hyphen goes after --, as in: edgebert run minilm -- "-5 degrees"
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.bundle import open_bundle
    from edgebert.cli.answers import print_answers
    from edgebert.cli.output import print_json
    from edgebert.cli.requests import read_requests, zero_shot_options
    from edgebert.pipeline import load

    chosen = zero_shot_options(labels, hypothesis, multi_label)
    opened = open_bundle(bundle, signed_by=require_signature, digest=digest)
    pipeline = load(opened, engine=engine, threads=threads, mode=mode)
    if chosen is not None:
        pipeline = pipeline.zero_shot(**chosen)
    requests = read_requests(
        texts or [], pair=pair, context=context, choices=choice or [], top_k=top_k
    )
    replies = _run_all(pipeline, requests)
    if as_json:
        print_json(_document(pipeline, requests, replies), indent=None)
    else:
        print_answers(pipeline, requests, replies)


def _run_all(pipeline: "Pipeline", requests: Sequence["Request"]) -> list["Reply"]:
    from rich.progress import track

    from edgebert.cli.output import stderr_console

    console = stderr_console()
    return [
        pipeline.run(request)
        for request in track(
            requests,
            description="answering",
            console=console,
            transient=True,
            disable=len(requests) < PROGRESS_FROM or not console.is_terminal,
        )
    ]


def _document(
    pipeline: "Pipeline", requests: Sequence["Request"], replies: Sequence["Reply"]
) -> dict[str, Any]:
    """Build the JSON document: what ran, then each request with its answer."""
    return {
        "bundle": str(pipeline.bundle.root),
        "task": pipeline.task,
        "runtime": pipeline.runtime,
        "results": [
            {
                "request": request,
                "tokens": reply.tokens,
                "buckets": reply.buckets,
                "answer": reply.answer.to_json(),
            }
            for request, reply in zip(requests, replies, strict=True)
        ],
    }
