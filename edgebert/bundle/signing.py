"""Signing a bundle that is as it was exported."""

from pathlib import Path

from edgebert.bundle.check import check_files
from edgebert.bundle.digest import digest_of
from edgebert.bundle.reading import open_bundle, read_manifest
from edgebert.bundle.signature import Signature, sign_manifest
from edgebert.errors import CheckFailedError


def sign_bundle(path: str | Path, private_key: str | Path) -> Signature:
    """Sign a bundle; the signature is a file in its folder, in place of an older one.

    Args:
        path: the bundle's folder.
        private_key: a file, as `make_key` writes it.

    Raises:
        CheckFailedError: a file is not the exported one, or is no part of the bundle.
        EdgebertError: it is no bundle, the key cannot be used or the signature not be written.

    """
    root = Path(path)
    content = read_manifest(root)
    bundle = open_bundle(root, digest=digest_of(content))  # these bytes and no others
    problems = [file.problem for file in check_files(bundle) if file.problem is not None]
    if problems:
        raise CheckFailedError(f"bundle {root}: is not signed: {'; '.join(problems)}")
    return sign_manifest(root, content, Path(private_key))
