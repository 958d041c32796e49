"""`edgebert check`: is a bundle as it was exported, and does it answer here as it did there."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edgebert.cli import options
from edgebert.errors import CheckFailedError

if TYPE_CHECKING:
    from edgebert.bundle import ArtifactCheck, Bundle, CheckReport


@dataclass(frozen=True)
class Identity:
    """Which bundle it is, and who says so.

    Attributes:
        digest: of its manifest.
        signed_by: the public key that its signature names, in hex; None without a signature.
        signature_checked: whether the signature was checked, with a key that is trusted.

    """

    digest: str
    signed_by: str | None
    signature_checked: bool


def check(
    bundle: Annotated[
        Path, typer.Argument(metavar="BUNDLE", help="A bundle's folder.", show_default=False)
    ],
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Check only what executorch, litert or onnxruntime runs; all by default.",
        ),
    ] = None,
    require_signature: options.RequireSignature = None,
    digest: options.Digest = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check a bundle's hashes, and its answers on every engine that is installed here.

    Each engine runs in a process of its own, so that a crash is a finding too.

    Exits with status 1 if anything is not as it was exported: a damaged or exchanged file, a wrong
    runtime, a CPU path that computes something else.

    \b
    edgebert check minilm
    edgebert check minilm --engine litert --json
    """  # noqa: D301 (\b keeps the lines of a paragraph apart in typer's help)
    from edgebert.bundle import check_bundle, open_bundle
    from edgebert.bundle.digest import digest_of
    from edgebert.bundle.reading import read_manifest
    from edgebert.bundle.signature import read_signature
    from edgebert.cli.output import print_json, stderr_console
    from edgebert.engines import engine_named

    opened = open_bundle(bundle, signed_by=require_signature, digest=digest)
    signature = read_signature(bundle)
    identity = Identity(
        digest_of(read_manifest(bundle)),
        None if signature is None else signature.public_key,
        require_signature is not None,
    )
    engines = None
    if engine is not None:
        engines = (engine_named(engine),)
        opened.artifact(engines[0].backend)  # says what there is, if there is none for it
    with stderr_console().status("checking"):
        report = check_bundle(opened, engines, apart=True)
    if as_json:
        print_json(_document(opened, identity, report))
    else:
        _print_report(opened, identity, report)
    if not report.passed:
        raise CheckFailedError(f"bundle {bundle}: {'; '.join(report.problems)}")


def _document(bundle: "Bundle", identity: Identity, report: "CheckReport") -> dict[str, Any]:
    return {
        "bundle": str(bundle.root),
        **asdict(identity),
        "passed": report.passed,
        "problems": report.problems,
        "files": report.files,
        "artifacts": [
            {
                "path": check.artifact.path,
                "backend": check.artifact.backend,
                "mode": check.artifact.mode,
                "engine": check.engine,
                "version": check.version,
                "outcome": check.outcome,
                "problem": check.problem,
                "worst": check.report.worst if check.report else None,
                "nearest": check.report.nearest if check.report else None,
                "nearest_tolerance": check.artifact.nearest_tolerance,
            }
            for check in report.artifacts
        ],
    }


def _print_report(bundle: "Bundle", identity: Identity, report: "CheckReport") -> None:
    from edgebert.cli.output import print_line, print_table

    intact = sum(file.problem is None for file in report.files)
    print_line(f"{bundle.root}: {intact} of {len(report.files)} files as exported", style="bold")
    print_line(f"digest {identity.digest}")
    if identity.signed_by is not None:
        checked = "" if identity.signature_checked else ", not checked without --require-signature"
        print_line(f"signed by ed25519 {identity.signed_by}{checked}")
    print_table(
        (
            "engine",
            "version",
            "backend",
            "mode",
            "outcome",
            ">worst",
            ">allowed",
            ">nearest",
            ">allowed",
        ),
        (_row(check) for check in report.artifacts),
    )
    for check in report.artifacts:
        if check.outcome == "skipped":
            print_line(f"not checked: {check.artifact.path} ({check.problem})")


def _row(check: "ArtifactCheck") -> tuple[str, ...]:
    figures: tuple[str, ...] = ("",) * 4
    if check.report is not None:
        report = check.report
        pairs = (
            (report.worst.deviation, report.worst.tolerance),
            (report.nearest, report.nearest_tolerance),
        )
        figures = tuple(f"{figure:.2g}" for pair in pairs for figure in pair)
    artifact = check.artifact
    version = check.version or "not installed"
    return (check.engine, version, artifact.backend, artifact.mode, check.outcome, *figures)
