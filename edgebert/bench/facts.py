"""What a bundle's manifest says of one artifact, kept beside its times."""

import msgspec

from edgebert.bundle.manifest import Accuracy, Fidelity, Manifest


class ArtifactFacts(msgspec.Struct, frozen=True):
    """What was measured when the artifact was exported; a reader of records has no bundle.

    Attributes:
        model: name of the checkpoint.
        task: what it does.
        path: the file's name within the bundle.
        size: of the file, in bytes.
        accuracy: figures of this artifact on labelled rows, main figure first; None without rows.
        agreement: with fp32, in the bucket where it is lowest; None where that was not measured.
    """

    model: str
    task: str
    path: str
    size: int
    accuracy: Accuracy | None
    agreement: Fidelity | None


def facts_of(manifest: Manifest, backend: str, mode: str) -> ArtifactFacts | None:
    """Return what a manifest says of an artifact, or None where it has no such artifact."""
    for artifact in manifest.artifacts:
        if (artifact.backend, artifact.mode) == (backend, mode):
            return ArtifactFacts(
                model=manifest.source.name,
                task=manifest.task,
                path=artifact.path,
                size=manifest.files[artifact.path].size,
                accuracy=_accuracy(manifest, backend, mode),
                agreement=_agreement(manifest, backend, mode),
            )
    return None


def _accuracy(manifest: Manifest, backend: str, mode: str) -> Accuracy | None:
    if manifest.accuracy is None:
        return None
    figures = tuple(
        figure
        for figure in manifest.accuracy.figures
        if (figure.backend, figure.mode) == (backend, mode)
    )
    return msgspec.structs.replace(manifest.accuracy, figures=figures) if figures else None


def _agreement(manifest: Manifest, backend: str, mode: str) -> Fidelity | None:
    rows = [
        row
        for row in manifest.fidelity
        if (row.backend, row.mode, row.reference) == (backend, mode, "fp32")
    ]
    return min(rows, key=lambda row: row.agreement, default=None)
