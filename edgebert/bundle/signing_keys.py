"""Keys for signing bundles: ed25519 in PEM, as openssl and others read and write them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from edgebert.bundle.regular_file import read_regular
from edgebert.errors import EdgebertError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

PUBLIC_SUFFIX = ".pub"
MOST_BYTES = 4096
_PRIVATE, _PUBLIC = 0o600, 0o644


@contextmanager
def needs_cryptography() -> Iterator[None]:
    """Turn a failing import inside into a line that says what to install.

    Raises:
        EdgebertError: the package cryptography is not installed.

    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise EdgebertError(
            "signatures need the package cryptography: pip install 'edgebert[sign]'"
        ) from error


def make_key(path: Path) -> Path:
    """Make a new key: the private one, for its owner's eyes only, and the public one beside it.

    Args:
        path: where the private key goes; nothing is ever overwritten.

    Returns:
        Where the public key is: the same name with ``.pub`` behind it.

    Raises:
        EdgebertError: one of the two files exists or cannot be written; then there is neither.

    """
    with needs_cryptography():
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    beside = path.with_name(path.name + PUBLIC_SUFFIX)
    _write_new(beside, public, _PUBLIC)
    try:
        _write_new(path, private, _PRIVATE)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def read_private_key(path: Path) -> "Ed25519PrivateKey":
    """Read a key to sign with.

    Raises:
        EdgebertError: there is none, it is of another kind or encrypted.

    """
    with needs_cryptography():
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    expected = "expected a private ed25519 key in PEM, as edgebert sign --new-key makes one"
    try:
        key = load_pem_private_key(_content(path), password=None)
    except TypeError as error:
        raise EdgebertError(f"key {path}: is encrypted; {expected}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EdgebertError(f"key {path}: is no such key; {expected}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise EdgebertError(f"key {path}: is of another kind; {expected}")
    return key


def read_public_key(path: Path) -> "Ed25519PublicKey":
    """Read a key to check signatures with.

    Raises:
        EdgebertError: there is none, or it is of another kind.

    """
    with needs_cryptography():
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    expected = f"expected a public ed25519 key in PEM, the {PUBLIC_SUFFIX} file of a key"
    content = _content(path)
    if b"PRIVATE KEY" in content:
        raise EdgebertError(f"key {path}: is a private key, not to be given away; {expected}")
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EdgebertError(f"key {path}: is no such key; {expected}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise EdgebertError(f"key {path}: is of another kind; {expected}")
    return key


def _content(path: Path) -> bytes:
    try:
        return read_regular(path, MOST_BYTES)
    except OSError as error:
        raise EdgebertError(f"key {path}: cannot be read ({error.strerror})") from error


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that must not exist yet; where that fails there is none."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise EdgebertError(
            f"{path}: exists, and a key is never overwritten: choose another name"
        ) from error
    except OSError as error:
        raise EdgebertError(f"{path}: cannot be written ({error.strerror})") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise EdgebertError(f"{path}: cannot be written ({error.strerror})") from error
