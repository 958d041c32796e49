"""`edgebert index`: make a folder of texts searchable by meaning, offline."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgebert.cli import options

if TYPE_CHECKING:
    from edgebert.knowledge import BuildReport

MOST_EXACT = 100_000  # passages that benchmarks/index_search.py has searched within its 50 ms
MOST_SHOWN = 20  # files in the table


def index(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|PHRASES",
            help="A folder with .md and .txt files; or a .tsv or .csv with phrases in two "
            "languages.",
            show_default=False,
        ),
    ],
    embedder: Annotated[
        Path,
        typer.Option(
            metavar="BUNDLE", help="A feature-extraction bundle's folder.", show_default=False
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="The index.", show_default=False),
    ],
    passage_tokens: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Most tokens of a passage, with the headings above it. [64, or the bundle's "
            "longest input]",
        ),
    ] = None,
    overlap: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Most tokens that neighbours share. [a fourth of a passage]"
        ),
    ] = None,
    engine: options.Engine = None,
    mode: options.Mode = None,
    threads: options.Threads = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Make an index of texts or phrases, to search or to chat with.

    \b
    edgebert index notes --embedder bundles/minilm -o notes.index
    edgebert search notes.index "how do I descale the coffee machine?"
    edgebert chat bundles/assistant --knowledge notes.index

    Reads .md, .markdown, .txt and .text files below the folder, but for names that begin with a
    dot, and cuts them at headings, paragraphs and sentences into passages. What is binary, not
    UTF-8, longer than 5 MB, not to be read or a link out of the folder is left out, with a line
    that says so.

    A .tsv or .csv is a phrasebook: a header with two languages, below it phrases in the first,
    which the bundle has to know, and their translations.

    \b
    edgebert index german.tsv --embedder bundles/minilm -o german.index
    edgebert chat bundles/assistant --phrasebook german.index

    Run again, it embeds only what is new or changed; after kill -9 it goes on where it was put
    aside last, once a minute, and the older index stays as it was until the new one is whole.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.cli.output import print_json
    from edgebert.cli.progress import shown_progress
    from edgebert.knowledge import build_index
    from edgebert.pipeline import load

    pipeline = load(embedder, engine=engine, threads=threads, mode=mode)
    with shown_progress() as progress:
        report = build_index(
            source,
            output,
            pipeline,
            passage_tokens=passage_tokens,
            overlap=overlap,
            progress=progress,
        )
    if as_json:
        print_json({"index": str(output), **_document(report)})
    else:
        _print_report(output, report)


def _document(report: "BuildReport") -> dict[str, object]:
    return {
        "kind": report.kind,
        "passages": report.passages,
        "embedded": report.embedded,
        "files": report.files,
        "gone": report.gone,
        "skipped": report.skipped,
    }


def _print_report(output: Path, report: "BuildReport") -> None:
    from edgebert.cli.output import print_line, print_table

    print_line(
        f"{output}: {report.passages:,} {report.kind} of {len(report.files):,} "
        f"{'file' if len(report.files) == 1 else 'files'}, {report.embedded:,} embedded now",
        style="bold",
    )
    rows = [(file.path, file.state, f"{file.passages:,}") for file in report.files]
    if len(rows) > MOST_SHOWN:
        rows = [row for row in rows if row[1] != "as before"]
    print_table(("file", "", f">{report.kind}"), rows[:MOST_SHOWN])
    if rows[MOST_SHOWN:]:
        print_line(f"and {len(rows) - MOST_SHOWN:,} more; --json lists them all")
    for path in report.gone:
        print_line(f"gone: {path}")
    for skipped in report.skipped:
        print_line(f"skipped: {skipped.path} {skipped.why}")
    if report.passages > MOST_EXACT:
        print_line(
            f"more than {MOST_EXACT:,} passages: a search compares with all of them and takes "
            "longer in proportion; several smaller indexes are faster"
        )
