"""What a device needs of a bundle."""

from collections.abc import Sequence

from edgebert.bundle import Bundle
from edgebert.bundle.manifest import MANIFEST_NAME


def files_for(bundle: Bundle, backends: Sequence[str]) -> list[str]:
    """List the files that running and self-testing the artifacts of some backends takes.

    Each but the manifest is compared with its hash, so that no damaged file travels.

    Raises:
        CheckFailedError: a file is not the exported one.

    """
    manifest = bundle.manifest
    artifacts = [a.path for a in manifest.artifacts if a.backend in backends]
    names = [manifest.vocabulary, manifest.self_test, *artifacts]
    for name in names:
        bundle.verified(name)
    return [MANIFEST_NAME, *names]
