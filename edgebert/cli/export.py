"""`edgebert export`: a checkpoint becomes a verified bundle."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edgebert.errors import EdgebertError

if TYPE_CHECKING:
    from edgebert.exporter.recipe import Recipe


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
    field: Annotated[
        str | None, typer.Option(metavar="NAME", help="The field of the texts in .jsonl or .csv.")
    ] = None,
    pair_field: Annotated[
        str | None, typer.Option(metavar="NAME", help="The field of the second text of a pair.")
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="A calibration.json (as exported, or edited) to use as it is."
        ),
    ] = None,
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
    observer: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="How ranges are found: minmax, moving_average, percentile, entropy or mse. [mse]",
        ),
    ] = None,
    calibration_texts: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Different texts to observe, drawn from the whole file. [256]"
        ),
    ] = None,
    outlier_limit: Annotated[
        int | None,
        typer.Option(metavar="N", help="Most channels split off a linear; 0 for none. [4]"),
    ] = None,
    pooling: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="none, mean, cls or pooler, where the checkpoint does not say."
        ),
    ] = None,
    revision: Annotated[
        str | None, typer.Option(metavar="NAME", help="Branch, tag or commit of a hub id.")
    ] = None,
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
    label_field: Annotated[
        str | None, typer.Option(metavar="NAME", help="The field of the labels in --evaluate.")
    ] = None,
    out_of_scope: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LABEL", help="A label of --evaluate that is none of the model's; repeat it."
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

    Every artifact runs on its engine and is compared with the checkpoint before the bundle is put
    in place: one that loses too much (--max-drop) ends the export with status 1. An export that
    fails or is interrupted leaves an older bundle as it was.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    options: dict[str, Any] = {
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
        "pooling": pooling,
        "revision": revision,
        "fp32_sites": tuple(fp32_site) if fp32_site else None,
        "evaluate": evaluate,
        "label_field": label_field,
        "out_of_scope": tuple(out_of_scope) if out_of_scope else None,
        "max_drop": max_drop,
    }
    from edgebert.tasks import TASKS

    if task is not None and task not in TASKS:  # before the seconds that importing torch takes
        raise EdgebertError(f"task {task!r}: unknown, expected one of {', '.join(TASKS)}")
    given = {name: value for name, value in options.items() if value is not None}
    recipe = _recipe(checkpoint, given)
    from edgebert.cli.export_summary import export_with_progress, print_summary
    from edgebert.cli.output import print_json

    bundle = export_with_progress(recipe, output)
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(bundle.manifest))
    else:
        print_summary(bundle)


def _recipe(source: str, options: dict[str, Any]) -> "Recipe":
    """Make the recipe; say what to install where the workstation side is missing."""
    try:
        from edgebert.exporter.recipe import recipe_for
    except ModuleNotFoundError as error:
        raise EdgebertError(
            f"edgebert export needs the package {error.name}: pip install torch==2.13.0, then "
            "pip install 'edgebert[export]'"
        ) from error
    return recipe_for(source, options)
