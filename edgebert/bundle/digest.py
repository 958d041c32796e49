"""The digest of a bundle: the SHA-256 of its manifest, which has the hashes of all other files."""

import hashlib
import re
from pathlib import Path

from edgebert.errors import CheckFailedError, EdgebertError

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def digest_of(manifest: bytes) -> str:
    """Return the digest of the bundle that has this manifest, as in ``sha256:2c26…``."""
    return f"sha256:{hashlib.sha256(manifest).hexdigest()}"


def check_digest(root: Path, manifest: bytes, expected: str) -> None:
    """Check that a bundle is the one with a digest.

    Raises:
        CheckFailedError: it is another.
        EdgebertError: what is expected is no digest.

    """
    if not _DIGEST.fullmatch(expected):
        raise EdgebertError(
            f"digest {expected}: expected sha256: and 64 hexadecimal digits in lower case, as "
            "edgebert check prints them"
        )
    found = digest_of(manifest)
    if found != expected:
        raise CheckFailedError(
            f"bundle {root}: found digest {found}, expected {expected}; it is another bundle, or "
            "was exported anew: get the one that is pinned, or pin this one"
        )
