"""Checking a whole bundle: its files against the manifest, its artifacts on the engines here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from edgebert.bundle.check_process import Finding, self_test_apart, self_test_here
from edgebert.bundle.folder import files_under
from edgebert.bundle.manifest import UNRECORDED, Artifact, Mode
from edgebert.bundle.reading import Bundle
from edgebert.bundle.self_test import SelfTestReport
from edgebert.engines import ENGINES
from edgebert.engines.session import Engine
from edgebert.errors import EdgebertError

Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class FileCheck:
    """Whether one file is as exported; `problem` says in one line what is wrong, or is None."""

    path: str
    problem: str | None


@dataclass(frozen=True)
class ArtifactCheck:
    """What one artifact did on its engine.

    Attributes:
        artifact: which one.
        engine: the engine's name.
        version: the engine's version, or None where it is not installed.
        outcome: skipped if it did not run because the engine is not installed.
        problem: why it failed or was skipped, in one line, or None.
        report: the self-test's figures, where it came so far.

    """

    artifact: Artifact
    engine: str
    version: str | None
    outcome: Outcome
    problem: str | None
    report: SelfTestReport | None


@dataclass(frozen=True)
class CheckReport:
    """What was found of a bundle."""

    files: tuple[FileCheck, ...]
    artifacts: tuple[ArtifactCheck, ...]

    @property
    def passed(self) -> bool:
        """Whether all files are as exported, and all artifacts that could run answer as they must.

        A bundle of which nothing could run has not passed.
        """
        return not self.problems

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, a line each; engines that are absent are none unless all are."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[str]:
        damaged = {file.problem for file in self.files}  # need not be said again of the artifact
        for file in self.files:
            if file.problem is not None:
                yield file.problem
        for check in self.artifacts:
            if check.outcome == "failed" and check.problem not in damaged:
                kind = f"{check.artifact.backend} {check.artifact.mode}"
                yield f"{kind} on {check.engine}: {check.problem}"
        if all(check.outcome == "skipped" for check in self.artifacts):
            reasons = dict.fromkeys(check.problem for check in self.artifacts if check.problem)
            yield "no artifact could run, so nothing is proved" + "".join(f"; {r}" for r in reasons)


def check_bundle(
    bundle: Bundle, engines: Sequence[Engine] | None = None, *, apart: bool = False
) -> CheckReport:
    """Check every file of a bundle, and run the self-test of every artifact.

    Args:
        bundle: an opened bundle.
        engines: those to run on; None takes all that edgebert knows. One that is not installed has
            its artifacts reported as skipped.
        apart: run each of edgebert's own engines in a process of its own, so that this one goes on
            where an engine crashes.

    """
    chosen = tuple(ENGINES.values()) if engines is None else engines
    pairs = [
        (artifact, engine)
        for artifact in bundle.manifest.artifacts
        for engine in chosen
        if engine.backend == artifact.backend
    ]
    found: dict[tuple[str, Mode], Finding] = {}
    for engine in chosen if apart else ():
        modes = [artifact.mode for artifact, its in pairs if its is engine]
        if modes and engine.version() is not None:
            for mode, finding in self_test_apart(bundle, engine.name, modes).items():
                found[engine.name, mode] = finding
    return CheckReport(
        files=check_files(bundle),
        artifacts=tuple(
            _check_artifact(bundle, artifact, engine, found.get((engine.name, artifact.mode)))
            for artifact, engine in pairs
        ),
    )


def check_files(bundle: Bundle) -> tuple[FileCheck, ...]:
    """Compare every file of a bundle with the manifest, and find those that are no part of it."""
    recorded = set(bundle.manifest.files)
    extra = set(files_under(bundle.root)) - recorded - set(UNRECORDED)
    checks = [FileCheck(name, _file_problem(bundle, name)) for name in sorted(recorded)]
    for name in sorted(extra):
        problem = f"{bundle.path(name)}: is not part of the bundle; move it elsewhere"
        checks.append(FileCheck(name, problem))
    return tuple(checks)


def _file_problem(bundle: Bundle, name: str) -> str | None:
    try:
        bundle.verified(name)
    except EdgebertError as error:
        return str(error)
    return None


def _check_artifact(
    bundle: Bundle, artifact: Artifact, engine: Engine, found: Finding | None
) -> ArtifactCheck:
    """Say what an artifact did, or is found to do now, where it has not run apart."""
    version = engine.version()
    outcome: Outcome = "failed"
    report: SelfTestReport | None = None
    problem: str | None = None
    if version is None:
        outcome = "skipped"
        problem = f"engine {engine.name} is not installed"
    else:
        found = found or self_test_here(bundle, engine, artifact.mode)
        report = found.report
        problem = found.problem if report is None else report.problem
        outcome = "failed" if problem is not None else "passed"
    return ArtifactCheck(artifact, engine.name, version, outcome, problem, report)
