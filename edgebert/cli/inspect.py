"""`edgebert inspect`: what is in a bundle, or in one .pte, .tflite or .onnx file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgebert.errors import EdgebertError

if TYPE_CHECKING:
    from edgebert.bundle import Bundle
    from edgebert.inspection import FileReport


def inspect(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="BUNDLE|FILE",
            help="A bundle's folder, or a .pte, .tflite or .onnx file.",
            show_default=False,
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show a model's operators: how many, in which precision, on which kernels, with what weights.

    Of a bundle, also where it comes from, what it takes and how it was verified.

    \b
    edgebert inspect minilm
    edgebert inspect minilm/model.static.pte
    edgebert inspect somebody-elses.tflite --json
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.bundle import open_bundle
    from edgebert.cli import file_report, manifest_report
    from edgebert.cli.output import print_json, print_line
    from edgebert.inspection import inspect_file

    if not path.exists():
        raise EdgebertError(
            f"{path}: no such file or folder; expected a bundle, .pte, .tflite or .onnx"
        )
    if not path.is_dir():
        report = inspect_file(path)
        if as_json:
            print_json({"file": str(path), "report": report})
        else:
            file_report.print_file_report(path.name, report)
        return
    bundle = open_bundle(path)
    reports, unread = _inspect_artifacts(bundle)
    if as_json:
        print_json(
            {
                "bundle": str(path),
                "manifest": bundle.manifest,
                "reports": reports,
                "unread": unread,
            }
        )
        return
    manifest_report.print_manifest(bundle)
    for name, report in reports.items():
        file_report.print_file_report(name, report)
    for problem in unread.values():
        print_line(f"not shown: {problem}")


def _inspect_artifacts(bundle: "Bundle") -> tuple[dict[str, "FileReport"], dict[str, str]]:
    """Report on each artifact by its path; apart from them, why some could not be read.

    A device has the packages of the engine it uses, and often no other format's.

    Raises:
        CheckFailedError: an artifact is not the exported one.

    """
    from edgebert.inspection import inspect_file

    reports, unread = {}, {}
    for artifact in bundle.manifest.artifacts:
        path = bundle.verified(artifact.path)
        try:
            reports[artifact.path] = inspect_file(path)
        except EdgebertError as error:
            unread[artifact.path] = str(error)
    return reports, unread
