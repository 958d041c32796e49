"""Signatures: who vouches for a bundle. They cover the manifest, which has all other files' hashes.

A signature is ed25519 (RFC 8032) over the manifest's bytes as they lie on the disk, in a small file
beside it. It needs the package cryptography; without a required signature nothing here does.
"""

from pathlib import Path
from typing import Literal, NoReturn

import msgspec

from edgebert.bundle.manifest import MANIFEST_NAME, SIGNATURE_NAME
from edgebert.bundle.regular_file import read_regular
from edgebert.bundle.signing_keys import needs_cryptography, read_private_key, read_public_key
from edgebert.bundle.validation import DECODE_ERRORS
from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.whole_file import write_whole

SIGNATURE_FORMAT = 1
MOST_BYTES = 4096
_SHOWN = 16  # characters of a key that messages show


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signature file: the key and what it made of the manifest's bytes, both in hex.

    The key only says whose signature it is meant to be; whether it is one that is trusted is for
    whoever requires a signature to say.
    """

    format: int
    algorithm: Literal["ed25519"]
    public_key: str
    signature: str


def read_signature(root: Path) -> Signature | None:
    """Read a bundle's signature, or None where it has none; nothing is proved by that.

    Raises:
        CheckFailedError: the file is no signature.
        EdgebertError: it cannot be read.

    """
    path = root / SIGNATURE_NAME
    try:
        found = msgspec.json.decode(read_regular(path, MOST_BYTES), type=Signature)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be read ({error.strerror})") from error
    except DECODE_ERRORS as error:
        raise _no_signature(path, str(error)) from error
    if found.format != SIGNATURE_FORMAT:
        raise _no_signature(path, f"format {found.format}, this edgebert reads {SIGNATURE_FORMAT}")
    return found


def check_signature(root: Path, manifest: bytes, public_key: Path) -> None:
    """Check that the owner of a key has signed a manifest.

    Args:
        root: the bundle's folder.
        manifest: the bytes that are going to be used.
        public_key: a file, as `make_key` writes it.

    Raises:
        CheckFailedError: there is no signature, it is another key's, or of another manifest.
        EdgebertError: the key cannot be used.

    """
    key = read_public_key(public_key)
    with needs_cryptography():
        from cryptography.exceptions import InvalidSignature

    trusted = key.public_bytes_raw().hex()
    found = read_signature(root)
    if found is None:
        _refuse(root, f"is not signed, expected a signature by {public_key}")
    if found.public_key != trusted:
        _refuse(
            root,
            f"is signed by another key, found {found.public_key[:_SHOWN]}…, "
            f"expected {trusted[:_SHOWN]}… ({public_key})",
        )
    try:
        key.verify(bytes.fromhex(found.signature), manifest)
    except (InvalidSignature, ValueError):
        _refuse(root, f"{MANIFEST_NAME} was changed since it was signed")


def sign_manifest(root: Path, manifest: bytes, private_key: Path) -> Signature:
    """Sign a manifest and write the signature beside it, in place of an older one.

    Args:
        root: the bundle's folder.
        manifest: its bytes; the caller has checked what they stand for.
        private_key: a file, as `make_key` writes it.

    Raises:
        EdgebertError: the key cannot be used, or the signature not be written.

    """
    key = read_private_key(private_key)
    signature = Signature(
        format=SIGNATURE_FORMAT,
        algorithm="ed25519",
        public_key=key.public_key().public_bytes_raw().hex(),
        signature=key.sign(manifest).hex(),
    )
    content = msgspec.json.format(msgspec.json.encode(signature), indent=2) + b"\n"
    write_whole(root / SIGNATURE_NAME, content)
    return signature


def _no_signature(path: Path, finding: str) -> CheckFailedError:
    return CheckFailedError(
        f"{path}: {finding}; expected the signature of a bundle: copy the bundle or sign it again"
    )


def _refuse(root: Path, finding: str) -> NoReturn:
    raise CheckFailedError(
        f"bundle {root}: {finding}; get the bundle from whom you trust, or have it signed: "
        "edgebert sign"
    )
