"""`edgebert evaluate`: how good the answers are, on labelled rows."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edgebert.cli import options
from edgebert.cli.extras import needs_extra
from edgebert.errors import EdgebertError

if TYPE_CHECKING:
    from edgebert.evaluation import Evaluation
    from edgebert.progress import Progress


def evaluate(
    model: Annotated[
        str,
        typer.Argument(
            metavar="BUNDLE|CHECKPOINT",
            help="A bundle's folder; or with --task a checkpoint folder or hub id.",
            show_default=False,
        ),
    ],
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DATA",
            help="Labelled rows: .jsonl, .csv, or .json as SQuAD has it.",
            show_default=False,
        ),
    ],
    engine: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only what executorch, litert or onnxruntime runs."),
    ] = None,
    backend: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="executorch, litert or onnx; repeat it. Default: all whose engine is installed.",
        ),
    ] = None,
    mode: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="static, dynamic or fp32; repeat it. Default: all."),
    ] = None,
    field: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The field of the text, the words or the question, see above."
        ),
    ] = None,
    pair_field: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The field of the second text or the context."),
    ] = None,
    label_field: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The field of the label, tags, answers or score, see above."
        ),
    ] = None,
    out_of_scope: options.OutOfScope = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", help="Only the first N rows of the file.")
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Processes that work at once, one thread each; the results are the same for any "
            "number. Default: one for each core.",
        ),
    ] = None,
    require_signature: options.RequireSignature = None,
    digest: options.Digest = None,
    task: Annotated[
        str | None, typer.Option(metavar="TASK", help="The task of a checkpoint.")
    ] = None,
    pooling: options.Pooling = None,
    revision: options.Revision = None,
    max_length: Annotated[
        int | None,
        typer.Option(metavar="N", help="Tokens that a checkpoint's texts are cut to."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Evaluate a bundle's artifacts, int8 against fp32, on labelled rows.

    \b
    edgebert evaluate intents test.jsonl
    edgebert evaluate intents test.jsonl --out-of-scope oos --backend litert
    edgebert evaluate intents test.csv --field sentence --label-field intent --limit 500
    edgebert evaluate ./my-model test.jsonl --task text-classification

    \b
    task                 fields of a row               figures
    text-classification  text, (text_pair,) label      accuracy, macro F1,
                                                       out-of-scope AUROC, ECE
    the same, multi-label text, (text_pair,) labels     micro and macro F1, all right
    token-classification tokens, tags (BIO)            entity F1, precision, recall, ECE
    intent-and-slots     tokens, tags or text; label   exact match (both right), intent
                                                       accuracy, macro F1, slot F1, AUROC, ECEs
    question-answering   question, context, answers    SQuAD's F1 and exact match
    feature-extraction   text, text_pair, score        Spearman's correlation

    In .jsonl a row is an object; tokens, tags and answers are arrays of strings, a label is a name
    or an id. In .csv tokens and tags are split at spaces, and there is one answer. ECE is the
    expected calibration error: how far scores are from the share of right answers (15 bins). The
    first fp32 artifact evaluated is the reference: the others' differences come with a 95 %
    interval (paired bootstrap), and for classifiers with McNemar's exact test.
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.cli.evaluation_report import print_evaluation
    from edgebert.cli.output import print_json
    from edgebert.cli.progress import shown_progress
    from edgebert.doctor.cpu import usable_threads
    from edgebert.evaluation import DataFields

    rows: dict[str, Any] = {
        "fields": DataFields(field, pair_field, label_field),
        "out_of_scope": tuple(out_of_scope or ()),
        "limit": limit,
        "processes": usable_threads() if processes is None else processes,
    }
    of_bundle = {"engine": engine, "backends": tuple(backend or ()), "modes": tuple(mode or ())}
    trusted = {"require_signature": require_signature, "digest": digest}
    of_checkpoint = {
        "task": task,
        "pooling": pooling,
        "revision": revision,
        "max_length": max_length,
    }
    with shown_progress() as progress:
        if task is None:
            _refuse(of_checkpoint, "goes with a checkpoint and --task")
            evaluation = _evaluate_bundle(model, data, trusted, {**of_bundle, **rows}, progress)
        else:
            _refuse(
                {**of_bundle, **trusted}, "goes with a bundle; a checkpoint runs in PyTorch, fp32"
            )
            evaluation = _evaluate_checkpoint(model, data, {**of_checkpoint, **rows}, progress)
    if as_json:
        print_json(evaluation)
    else:
        print_evaluation(evaluation)


def _evaluate_bundle(
    model: str,
    data: Path,
    trusted: dict[str, Any],
    given: dict[str, Any],
    progress: "Progress",
) -> "Evaluation":
    from edgebert.bundle import open_bundle
    from edgebert.bundle.manifest import MANIFEST_NAME
    from edgebert.evaluation import evaluate as evaluate_bundle

    if Path(model).is_dir() and not (Path(model) / MANIFEST_NAME).is_file():
        raise EdgebertError(
            f"{model}: is no bundle (no {MANIFEST_NAME}); expected a folder that edgebert export "
            "wrote, or --task for a checkpoint"
        )
    opened = open_bundle(model, signed_by=trusted["require_signature"], digest=trusted["digest"])
    return evaluate_bundle(opened, data, progress=progress, **given)


def _evaluate_checkpoint(
    model: str, data: Path, given: dict[str, Any], progress: "Progress"
) -> "Evaluation":
    with needs_extra("evaluating a checkpoint", "export"):
        from edgebert.exporter.evaluation import evaluate_checkpoint
    return evaluate_checkpoint(model, data, progress=progress, **given)


def _refuse(given: dict[str, Any], where: str) -> None:
    """Refuse options that what is evaluated has no use for."""
    for name, value in given.items():
        if value not in (None, ()):
            option = name.removesuffix("s") if isinstance(value, tuple) else name
            raise EdgebertError(f"--{option.replace('_', '-')}: {where}")
