"""The artifacts of a bundle as candidates for evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edgebert.bundle import Bundle
from edgebert.bundle.manifest import BACKENDS, MODES
from edgebert.bundle.validation import check_known
from edgebert.engines import engine_for, engine_named
from edgebert.engines.inputs import choose_bucket
from edgebert.errors import EdgebertError
from edgebert.pipeline import Pipeline, load
from edgebert.tasks import Outputs
from edgebert.text import Encoding


class BundleModel:
    """An artifact on its engine, see Model."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Take what is needed from a pipeline."""
        manifest = pipeline.bundle.manifest
        self._pipeline = pipeline
        self.tokenizer = pipeline.bundle.tokenizer
        self.max_length = max(manifest.buckets)
        self.labels = manifest.labels
        self.output_names = tuple(output.name for output in manifest.outputs)

    def outputs(self, encoding: Encoding) -> Outputs:
        """See Model; runs the smallest bucket that the encoding fits into."""
        bucket = choose_bucket(self._pipeline.bundle.manifest.buckets, len(encoding))
        return self._pipeline.run_encoding(encoding, bucket)


@dataclass(frozen=True)
class BundleCandidate:
    """One artifact of a bundle, see Candidate."""

    root: Path
    engine: str
    version: str
    backend: str
    mode: str

    def open(self) -> BundleModel:
        """See Candidate."""
        return BundleModel(load(self.root, engine=self.engine, mode=self.mode, threads=1))


def choose_candidates(
    bundle: Bundle,
    *,
    engine: str | None = None,
    backends: Sequence[str] = (),
    modes: Sequence[str] = (),
) -> tuple[list[BundleCandidate], list[str]]:
    """Choose the artifacts to evaluate: all that are asked for and whose engine is installed.

    Args:
        bundle: the bundle.
        engine: only what this engine runs.
        backends: only these backends; all where empty.
        modes: only these modes; all where empty.

    Returns:
        The candidates in the manifest's order, and for each artifact whose engine is missing a
        line that says so.

    Raises:
        EdgebertError: an unknown name, or nothing is left to evaluate.

    """
    for mode in modes:
        check_known("mode", mode, MODES)
    for backend in backends:
        check_known("backend", backend, BACKENDS)
    wanted = set(backends or BACKENDS)
    if engine is not None:
        wanted &= {engine_named(engine).backend}
    candidates, skipped = [], []
    for artifact in bundle.manifest.artifacts:
        if artifact.backend not in wanted or (modes and artifact.mode not in modes):
            continue
        runtime = engine_for(artifact.backend)
        version = runtime.version()
        if version is None:
            extra = f"pip install 'edgebert[{artifact.backend}]'"
            skipped.append(f"{artifact.backend} {artifact.mode}: its engine is missing; {extra}")
            continue
        candidates.append(
            BundleCandidate(bundle.root, runtime.name, version, artifact.backend, artifact.mode)
        )
    if not candidates:
        found = ", ".join(f"{a.backend} {a.mode}" for a in bundle.manifest.artifacts)
        missing = f" ({skipped[0]})" if skipped else ""
        raise EdgebertError(
            f"{bundle.root}: none of its artifacts is left to evaluate{missing}; it has {found}"
        )
    return candidates, skipped
