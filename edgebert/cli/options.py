"""The options that several verbs share, so that each is called and explained alike everywhere."""

from pathlib import Path
from typing import Annotated

import typer

Engine = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="executorch, litert or onnxruntime; by default the first that is installed and "
        "has an artifact in the bundle.",
    ),
]
Mode = Annotated[
    str | None,
    typer.Option(
        metavar="MODE",
        help="static, dynamic or fp32; by default the first that the bundle has.",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(metavar="N", help="Threads the engine may use; its own choice by default."),
]
RequireSignature = Annotated[
    Path | None,
    typer.Option(
        metavar="PUBLIC_KEY",
        help="Refuse a bundle that the owner of this key has not signed, see edgebert sign.",
    ),
]
Digest = Annotated[
    str | None,
    typer.Option(
        metavar="sha256:HEX",
        help="Refuse every bundle but the one with this digest, as edgebert check prints it.",
    ),
]
Embedder = Annotated[
    Path | None,
    typer.Option(
        metavar="BUNDLE",
        help="The bundle that made the index, where it is not where it was then.",
    ),
]
Reader = Annotated[
    Path | None,
    typer.Option(
        metavar="BUNDLE",
        help="A question-answering bundle's folder; picks the words that answer out of passages.",
    ),
]
Field = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The field of the calibration texts in .jsonl or .csv."),
]
PairField = Annotated[
    str | None, typer.Option(metavar="NAME", help="The field of the second text of a pair.")
]
Table = Annotated[
    str | None,
    typer.Option(
        metavar="FILE", help="A calibration.json (as exported, or edited); skips calibrating."
    ),
]
Observer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="How ranges are found: minmax, moving_average, percentile, entropy or mse. [mse]",
    ),
]
CalibrationTexts = Annotated[
    int | None,
    typer.Option(
        metavar="N", help="Different texts to calibrate on, drawn from the whole file. [256]"
    ),
]
OutlierLimit = Annotated[
    int | None,
    typer.Option(metavar="N", help="Most channels split off a linear; 0 for none. [4]"),
]
OutlierRatio = Annotated[
    float | None,
    typer.Option(
        metavar="X",
        help="How many times narrower each of them must make the others' range; more means fewer "
        "and faster. [1.3]",
    ),
]
Pooling = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="none, mean, cls or pooler, where the checkpoint does not say."
    ),
]
Revision = Annotated[
    str | None, typer.Option(metavar="NAME", help="Branch, tag or commit of a hub id.")
]
RowField = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The field of the labelled rows' text, words or question."),
]
RowPairField = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The field of their second text or context."),
]
LabelField = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The field of the labelled rows' label, tags or score."),
]
OutOfScope = Annotated[
    list[str] | None,
    typer.Option(
        metavar="LABEL",
        help="A label of rows out of scope, be it the model's own or not; repeat it.",
    ),
]
