"""What bundles say of their artifacts, for records that do not say it themselves."""

from collections.abc import Collection, Sequence
from pathlib import Path

from edgebert.bench.facts import ArtifactFacts, facts_of
from edgebert.bundle import open_bundle
from edgebert.engines import ENGINES
from edgebert.errors import EdgebertError

Facts = dict[tuple[str, str], ArtifactFacts]


def read_facts(folders: Sequence[Path], digests: Collection[str]) -> dict[str, Facts]:
    """Read the facts of bundles that were measured.

    Args:
        folders: the bundles.
        digests: those of the bundles in the records.

    Returns:
        Facts by engine and mode, by the bundle's digest.

    Raises:
        EdgebertError: a folder is no bundle, or not one that was measured.
    """
    known: dict[str, Facts] = {}
    for folder in folders:
        bundle = open_bundle(folder)
        manifest, digest = bundle.manifest, bundle.digest
        if digest not in digests:
            raise EdgebertError(
                f"--bundle {folder}: its digest is {digest}, and the records are of "
                f"{', '.join(sorted(digests))}; give the bundle that was measured"
            )
        known[digest] = {
            (engine.name, artifact.mode): facts
            for engine in ENGINES.values()
            for artifact in manifest.artifacts
            if artifact.backend == engine.backend
            if (facts := facts_of(manifest, artifact.backend, artifact.mode)) is not None
        }
    return known
