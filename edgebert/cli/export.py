"""`edgebert export`: a checkpoint becomes a verified bundle."""

from pathlib import Path
from typing import Annotated, Any

import typer

from edgebert.cli import options
from edgebert.cli.extras import needs_extra
from edgebert.errors import EdgebertError


def export(
    checkpoint: Annotated[
        str,
        typer.Argument(
            metavar="CHECKPOINT|RECIPE.toml",
            help="A checkpoint folder, a hub id, or a recipe; options override a recipe's.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="BUNDLE", help="The bundle's folder.")
    ],
    task: Annotated[
        str | None,
        typer.Option(
            metavar="TASK",
            help="feature-extraction, fill-mask, text-classification, multiple-choice, "
            "token-classification, question-answering or intent-and-slots.",
        ),
    ] = None,
    calibration: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Texts like those the model will see: .txt (one a line), .jsonl or .csv.",
        ),
    ] = None,
    field: options.Field = None,
    pair_field: options.PairField = None,
    table: options.Table = None,
    backend: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="executorch, litert or onnx; repeat it. Default: all."),
    ] = None,
    bucket: Annotated[
        list[int] | None,
        typer.Option(metavar="N", help="An input length in tokens; repeat it. [16 32 64 128]"),
    ] = None,
    mode: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="static, dynamic or fp32; repeat it. Default: static."),
    ] = None,
    observer: options.Observer = None,
    calibration_texts: options.CalibrationTexts = None,
    outlier_limit: options.OutlierLimit = None,
    outlier_ratio: options.OutlierRatio = None,
    pooling: options.Pooling = None,
    revision: options.Revision = None,
    fp32_site: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A site to leave in fp32; repeat it. edgebert sensitivity names them.",
        ),
    ] = None,
    evaluate: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="Labelled rows, as edgebert evaluate takes them, to measure accuracy on.",
        ),
    ] = None,
    temperature_from: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="Labelled rows (not the test set) to fit a classifier's temperature on, so that a "
            "score of 0.9 is right nine times in ten.",
        ),
    ] = None,
    row_field: options.RowField = None,
    row_pair_field: options.RowPairField = None,
    label_field: options.LabelField = None,
    out_of_scope: options.OutOfScope = None,
    label_threshold: Annotated[
        float | None,
        typer.Option(
            metavar="SCORE",
            help="Least score of a label in an answer, for a classifier with several labels a text "
            "(multi-label). [0.5]",
        ),
    ] = None,
    max_drop: Annotated[
        float | None,
        typer.Option(
            metavar="POINTS",
            help="Fail if int8 is further below fp32: in the main figure on --evaluate [1], or "
            "without that in agreement with fp32 [10].",
        ),
    ] = None,
    auto: Annotated[
        bool,
        typer.Option(
            "--auto",
            help="Find the cheapest sites to leave in fp32, if any are needed, so that --max-drop "
            "is kept; the bundle's recipe.toml names them.",
        ),
    ] = False,
    fp16: Annotated[
        bool,
        typer.Option(
            "--fp16",
            help="Let processors that have fp16 arithmetic use it for what is not int8 of the "
            ".tflite: fewer instructions, other rounding. Measured first.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the new bundle's manifest as JSON.")
    ] = False,
) -> None:
    """Turn a checkpoint into a verified bundle: .pte, .tflite and .onnx, int8 by calibration.

    \b
    edgebert export ./my-model --task text-classification --calibration texts.txt -o bundle
    edgebert export export/minilm-embeddings.toml -o minilm
    edgebert export ./my-model --task token-classification --mode dynamic --mode fp32 -o bundle
    edgebert export my.toml --evaluate test.jsonl --max-drop 0.5 -o bundle
    edgebert export my.toml --evaluate validation.jsonl --max-drop 0.5 --auto -o bundle
    edgebert export my.toml --temperature-from validation.jsonl -o bundle

    Every artifact runs on its engine and is compared with the checkpoint before the bundle is put
    in place: one that loses too much (--max-drop) ends the export with status 1. An export that
    fails or is interrupted leaves an older bundle as it was.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    given: dict[str, Any] = {
        "task": task,
        "calibration": calibration,
        "field": field,
        "pair_field": pair_field,
        "table": table,
        "backends": tuple(backend) if backend else None,
        "buckets": tuple(bucket) if bucket else None,
        "modes": tuple(mode) if mode else None,
        "observer": observer,
        "calibration_texts": calibration_texts,
        "outlier_limit": outlier_limit,
        "outlier_ratio": outlier_ratio,
        "pooling": pooling,
        "revision": revision,
        "fp32_sites": tuple(fp32_site) if fp32_site else None,
        "evaluate": evaluate,
        "temperature_from": temperature_from,
        "row_field": row_field,
        "row_pair_field": row_pair_field,
        "label_field": label_field,
        "out_of_scope": tuple(out_of_scope) if out_of_scope else None,
        "label_threshold": label_threshold,
        "max_drop": max_drop,
        "auto": auto or None,
        "fp16": fp16 or None,
    }
    from edgebert.tasks import TASKS

    if task is not None and task not in TASKS:  # before the seconds that importing torch takes
        raise EdgebertError(f"task {task!r}: unknown, expected one of {', '.join(TASKS)}")
    with needs_extra("edgebert export", "export"):
        from edgebert.exporter.recipe import recipe_for
    changes = {name: value for name, value in given.items() if value is not None}
    recipe = recipe_for(checkpoint, changes)
    from edgebert.cli.export_summary import export_with_progress, print_summary
    from edgebert.cli.output import print_json

    bundle = export_with_progress(recipe, output)
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(bundle.manifest))
    else:
        print_summary(bundle)
