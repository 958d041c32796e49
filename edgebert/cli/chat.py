"""`edgebert chat`: the offline assistant in a terminal, or behind stdin and stdout."""

from pathlib import Path
from typing import Annotated

import typer

from edgebert.cli import options


def chat(
    bundle: Annotated[
        Path, typer.Argument(metavar="BUNDLE", help="A bundle's folder.", show_default=False)
    ],
    assistant: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A TOML with labels, thresholds and handlers; by default the one for a model of "
            "HWU64's labels.",
        ),
    ] = None,
    handlers: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Python with handlers of yours; repeat it."),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where lists, alarms and lights are kept; by default "
            "~/.local/share/edgebert/assistant.sqlite3, or below $XDG_DATA_HOME.",
        ),
    ] = None,
    knowledge: Annotated[
        Path | None,
        typer.Option(
            metavar="INDEX",
            help="What edgebert index wrote; answers questions that nothing else is for.",
        ),
    ] = None,
    phrasebook: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="INDEX",
            help="What edgebert index made of a .tsv or .csv with phrases in two languages; "
            "repeat it.",
        ),
    ] = None,
    embedder: options.Embedder = None,
    reader: options.Reader = None,
    time_zone: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Such as Europe/Berlin; by default the system's."),
    ] = None,
    engine: options.Engine = None,
    mode: options.Mode = None,
    threads: options.Threads = None,
    require_signature: options.RequireSignature = None,
    digest: options.Digest = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a turn, on one line.")
    ] = False,
) -> None:
    """Talk to an assistant that works without a network.

    \b
    edgebert chat bundles/assistant
    > wake me at seven tomorrow
    > add milk to my shopping list
    > what time is it in Tokyo
    > and in London?
    > help

    The bundle tells what is meant, handlers do it: time and date, alarms and timers, lists and
    notes, sums and units, simulated lights. "help" lists them. It asks for what is missing and
    before it throws something away; "cancel" ends that. What it did before it answered is kept,
    even through kill -9. ^D ends it.

    Where standard input or output is no terminal, each line is a turn and each answer a line, so
    that programs can speak and listen for it. An alarm that is due is a line of its own that
    begins with "! ", with --json an object with "announcement". Any other object has "text",
    "answer", "handler", "intent", "confidence", "slots", "expects" (command, slot or confirmation),
    "problem" (what went wrong, or null) and "sources" (what of an index the answer is taken from).

    \b
    printf 'lights on\\nwhat is two plus two\\n' | edgebert chat bundles/assistant --json

    What it has no handler for it looks up in an index of your notes, and says where it stands:

    \b
    edgebert index notes --embedder bundles/minilm -o notes.index
    edgebert chat bundles/assistant --knowledge notes.index

    Handlers of your own are functions in a file, and a TOML maps labels of the model to them:

    \b
    from edgebert.assistant import Slot, handler
    \b
    @handler("coffee.make", Slot("cups", "number", ask="How many cups?"))
    def make_coffee(turn):
        return f"{turn.value('cups')} cups are coming."

    \b
    [intents."make coffee"]
    handler = "coffee.make"
    offer = "make coffee"
    slots = { cups = ["coffee count"] }

    \b
    edgebert chat my-bundle --assistant my.toml --handlers my_handlers.py

    Packages register theirs as entry points in the group edgebert.handlers.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.bundle import open_bundle
    from edgebert.cli.chat_session import talk
    from edgebert.cli.extras import needs_extra
    from edgebert.pipeline import load

    with needs_extra("edgebert chat", "assistant"):
        from edgebert.assistant import Assistant, handlers_of_file, system_clock
        from edgebert.knowledge import Knowledge, Reader

        trusted = open_bundle(bundle, signed_by=require_signature, digest=digest)
        own = [found for path in handlers or [] for found in handlers_of_file(path)]
        opened = Assistant.load(
            load(trusted, engine=engine, threads=threads, mode=mode),
            config=assistant,
            store=store,
            handlers=own,
            clock=system_clock(time_zone),
            knowledge=knowledge
            and Knowledge.load(
                knowledge, embedder, kind="passages", engine=engine, threads=threads
            ),
            phrasebooks=[
                Knowledge.load(book, embedder, kind="phrases", engine=engine, threads=threads)
                for book in phrasebook or []
            ],
            reader=reader and Reader.load(reader, engine=engine, threads=threads),
        )
    try:
        talk(opened, as_json=as_json)
    finally:
        opened.close()
