"""What a device needs of a bundle."""

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from edgebert.bundle import Bundle
from edgebert.bundle.manifest import UNRECORDED


def files_for(bundle: Bundle, backends: Sequence[str]) -> list[str]:
    """List the files that running and self-testing the artifacts of some backends takes.

    Each that the manifest has a hash of is compared with it, so that no damaged file travels.

    Raises:
        CheckFailedError: a file is not the exported one.

    """
    manifest = bundle.manifest
    artifacts = [a.path for a in manifest.artifacts if a.backend in backends]
    names = [manifest.vocabulary, manifest.self_test, *artifacts]
    for name in names:
        bundle.verified(name)
    return [*beside_the_recorded(bundle), *names]


def beside_the_recorded(bundle: Bundle) -> list[str]:
    """List what a manifest has no hashes of: itself, and its signature if there is one."""
    return [name for name in UNRECORDED if bundle.path(name).is_file()]


def by_folder(bundle: Bundle, names: Iterable[str]) -> dict[PurePosixPath, list[Path]]:
    """Group files of a bundle by the folder in it that they lie in; as paths of this machine."""
    groups: dict[PurePosixPath, list[Path]] = {}
    for name in names:
        groups.setdefault(PurePosixPath(name).parent, []).append(bundle.path(name))
    return groups
