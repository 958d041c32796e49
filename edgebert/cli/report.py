"""`edgebert report`: what a benchmark recorded, as a table, a page, Markdown or CSV."""

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgebert.errors import EdgebertError

if TYPE_CHECKING:
    from edgebert.report import Report

SUFFIXES = {".html": "html", ".htm": "html", ".md": "markdown", ".csv": "csv", ".json": "json"}


def report(
    records: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE.jsonl...",
            help="What edgebert benchmark wrote; several count as one.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write there: .html, .md, .csv or .json. [a table, on the terminal]",
        ),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write Markdown.")] = False,
    csv: Annotated[
        bool, typer.Option("--csv", help="Write CSV: a row a variant, all figures.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
    bundle: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="BUNDLE",
            help="A measured bundle's folder, for file sizes and accuracy where the records (of "
            "an app, say) have none; repeat it.",
        ),
    ] = None,
    max_drop: Annotated[
        float | None,
        typer.Option(
            metavar="POINTS",
            help="Most that an artifact to ship may lose against fp32, in hundredths. [1 of the "
            "task's main figure; where that was not measured, 10 of the agreement]",
        ),
    ] = None,
) -> None:
    """Show what a benchmark recorded, and which artifact to ship.

    \b
    edgebert report results.jsonl
    edgebert report results.jsonl -o report.html
    edgebert report pi.jsonl phone.jsonl -o report.html
    edgebert report results.jsonl --markdown >> NOTES.md
    edgebert report results.jsonl --csv -o results.csv

    The page is one file that loads nothing. Only what was measured under the same conditions is
    compared: one device, bundle, method, text, and version of edgebert and of each engine.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.cli.output import print_json
    from edgebert.cli.report_tables import print_report

    if max_drop is not None and not (math.isfinite(max_drop) and max_drop >= 0):
        raise EdgebertError(f"--max-drop: found {max_drop:g}, expected 0 points or more")
    flags = {"markdown": markdown, "csv": csv, "json": as_json}
    form = _form([name for name, wanted in flags.items() if wanted], output)
    _check_output(output, records)
    made = _make(records, bundle or [], max_drop)
    if form == "table":
        print_report(made)
    elif output is not None:
        _write(output, made, form)
    elif form == "json":
        print_json(made)
    else:
        sys.stdout.write(_text(made, form))


def _form(wanted: list[str], output: Path | None) -> str:
    """Decide what is written: what an option names, or else the suffix of the file."""
    if len(wanted) > 1:
        raise EdgebertError(f"found --{' and --'.join(wanted)}, expected one of them")
    if wanted:
        return wanted[0]
    if output is None:
        return "table"
    form = SUFFIXES.get(output.suffix.lower())
    if form is None:
        raise EdgebertError(
            f"--output {output}: found suffix {output.suffix!r}, expected {', '.join(SUFFIXES)}; "
            "or say --markdown, --csv or --json"
        )
    return form


def _check_output(output: Path | None, records: list[Path]) -> None:
    if output is None:
        return
    if not output.absolute().parent.is_dir():
        raise EdgebertError(f"--output {output}: its folder does not exist; make it first")
    for path in records:
        if path.exists() and output.exists() and path.samefile(output):
            raise EdgebertError(f"--output {output}: holds the records; choose another file")


def _make(paths: list[Path], bundles: list[Path], points: float | None) -> "Report":
    from edgebert.report import make_report
    from edgebert.report.bundles import read_facts
    from edgebert.report.reading import read_records

    reading = read_records(paths)
    known = read_facts(bundles, {record.origin.bundle for record in reading.records})
    return make_report(reading.records, points=points, known=known, notes=reading.notes)


def _write(output: Path, made: "Report", form: str) -> None:
    from edgebert.cli.output import json_text, print_line
    from edgebert.report.wording import sentence_of
    from edgebert.whole_file import write_whole

    text = json_text(made) if form == "json" else _text(made, form)
    write_whole(output, text.encode())
    for section in made.sections:
        print_line(sentence_of(section))
    print_line(f"Written: {output}")


def _text(made: "Report", form: str) -> str:
    from edgebert.report.markdown import write_markdown
    from edgebert.report.page import write_page
    from edgebert.report.sheet import write_sheet

    return {"html": write_page, "markdown": write_markdown, "csv": write_sheet}[form](made)
