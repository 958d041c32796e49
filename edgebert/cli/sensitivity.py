"""`edgebert sensitivity`: which parts of a checkpoint lose accuracy when they are quantised."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edgebert.cli import options
from edgebert.cli.extras import needs_extra
from edgebert.errors import EdgebertError

if TYPE_CHECKING:
    from edgebert.exporter.sensitivity import Analysis


def sensitivity(
    checkpoint: Annotated[
        str,
        typer.Argument(
            metavar="CHECKPOINT|RECIPE.toml",
            help="As for edgebert export; options override a recipe's.",
            show_default=False,
        ),
    ],
    task: Annotated[
        str | None, typer.Option(metavar="TASK", help="As for edgebert export.")
    ] = None,
    calibration: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Texts to calibrate on, and others of it to measure on: .txt, .jsonl or .csv.",
        ),
    ] = None,
    field: options.Field = None,
    pair_field: options.PairField = None,
    table: options.Table = None,
    mode: Annotated[str, typer.Option(metavar="NAME", help="static or dynamic.")] = "static",
    observer: options.Observer = None,
    calibration_texts: options.CalibrationTexts = None,
    outlier_limit: options.OutlierLimit = None,
    outlier_ratio: options.OutlierRatio = None,
    pooling: options.Pooling = None,
    revision: options.Revision = None,
    texts: Annotated[
        int, typer.Option(metavar="N", help="Texts (or rows of --evaluate) to measure on.")
    ] = 32,
    evaluate: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="Labelled rows as edgebert evaluate takes them: measure on these, and show how "
            "far the task's own figures drop.",
        ),
    ] = None,
    row_field: options.RowField = None,
    row_pair_field: options.RowPairField = None,
    label_field: options.LabelField = None,
    out_of_scope: options.OutOfScope = None,
    limit: Annotated[int, typer.Option(metavar="N", help="Sites to show.")] = 10,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE.json", help="Write the JSON here too."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw layers against kinds of sites: a .svg or .png file."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show which linears (sites) of a checkpoint hurt when they become int8.

    \b
    edgebert sensitivity export/minilm-embeddings.toml --picture minilm.svg
    edgebert sensitivity ./my-model --task text-classification --calibration texts.txt
    edgebert sensitivity ./my-model --task text-classification --table calibration.json \\
        --calibration texts.txt --evaluate validation.jsonl --texts 200 --json

    Use it when static int8 answers worse than fp32. The answers of mixed models are compared with
    those of fp32, in PyTorch, for every site, every layer and every kind of site:

    \b
    alone      the deviation from fp32 with only this quantised, in % of the
               length of the answers
    share      of the damage of all sites (layers, kinds) alone; they sum to 100 %
    agreement  with only this quantised: share of equal top labels, or mean cosine
    without    the deviation with everything quantised but this
    relief     how much of the damage goes when only this stays fp32; below 0
               where errors had cancelled each other

    Share and relief are of squared deviations, which add up. A few sites with most of the share
    are worth another --observer, a higher --outlier-limit, or fp32; damage that is spread over all
    of them calls for --mode dynamic. Texts are those an export verifies on, so give the same
    options as to the export. Time grows with texts and sites: each site costs about as much as one
    run of the texts.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    given: dict[str, Any] = {
        "task": task,
        "calibration": calibration,
        "field": field,
        "pair_field": pair_field,
        "table": table,
        "observer": observer,
        "calibration_texts": calibration_texts,
        "outlier_limit": outlier_limit,
        "outlier_ratio": outlier_ratio,
        "pooling": pooling,
        "revision": revision,
        "modes": (mode,),
        "evaluate": evaluate,
        "row_field": row_field,
        "row_pair_field": row_pair_field,
        "label_field": label_field,
        "out_of_scope": tuple(out_of_scope) if out_of_scope else None,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if limit < 1:
        raise EdgebertError(f"--limit {limit}: expected 1 site or more")
    _check_folder(output)
    analysis = _analyse(
        checkpoint,
        changes,
        texts=texts,
        picture=picture,
    )
    from edgebert.cli.output import print_json
    from edgebert.cli.sensitivity_report import print_analysis
    from edgebert.exporter.sensitivity import encode_report
    from edgebert.whole_file import write_whole

    if output is not None:
        write_whole(output, encode_report(analysis))
    if as_json:
        print_json(analysis)
    else:
        print_analysis(analysis, limit)


def _check_folder(output: Path | None) -> None:
    """Find out before the work, not after it, that there is no place for its result."""
    if output is not None and not output.absolute().parent.is_dir():
        raise EdgebertError(f"--output {output}: its folder does not exist; make it first")


def _analyse(
    source: str,
    changes: dict[str, Any],
    *,
    texts: int,
    picture: Path | None,
) -> "Analysis":
    """Run the analysis with progress, and draw it."""
    with needs_extra("edgebert sensitivity", "export"):
        from edgebert.exporter.recipe import recipe_for
        from edgebert.exporter.sensitivity import analyse
        from edgebert.exporter.sensitivity.picture import check_picture, draw
    from edgebert.cli.progress import shown_progress

    if picture is not None:
        check_picture(picture)
    recipe = recipe_for(source, changes)
    with shown_progress() as progress:
        analysis = analyse(recipe, mode=recipe.modes[0], texts=texts, progress=progress)
    if picture is not None:
        draw(analysis, picture)
    return analysis
