"""Keys to sign and to check with: made once, never overwritten, refused where of another kind."""

import os
import stat

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from edgebert.bundle import open_bundle
from edgebert.bundle.signing import sign_bundle
from edgebert.bundle.signing_keys import make_key
from edgebert.errors import EdgebertError


def refusal(*arguments, **options) -> str:
    with pytest.raises(EdgebertError) as caught:
        open_bundle(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_new_key_is_its_owners_alone_and_overwrites_nothing(tmp_path):
    private = tmp_path / "my.key"
    previous = os.umask(0)
    try:
        public = make_key(private)
    finally:
        os.umask(previous)
    assert public == tmp_path / "my.key.pub"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    before = private.read_bytes(), public.read_bytes()
    with pytest.raises(EdgebertError, match="exists, and a key is never overwritten"):
        make_key(private)
    public.unlink()
    with pytest.raises(EdgebertError, match=r"my.key: exists"):
        make_key(private)
    assert [path.name for path in tmp_path.iterdir()] == ["my.key"]
    assert private.read_bytes() == before[0]


def test_a_key_that_cannot_be_written(tmp_path):
    with pytest.raises(EdgebertError, match="cannot be written"):
        make_key(tmp_path / "absent" / "key")


def test_two_keys_differ(tmp_path):
    assert make_key(tmp_path / "a").read_bytes() != make_key(tmp_path / "b").read_bytes()


def other_key(kind: str) -> tuple[bytes, bytes]:
    """Make a private and a public PEM of the wrong kind."""
    pem = serialization.Encoding.PEM
    password = serialization.BestAvailableEncryption(b"secret")
    plain = serialization.NoEncryption()
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "curve" else None
    key = key or ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, password if kind == "encrypted" else plain
    )
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no such key"),
        (b"\xff\x00", "is no such key"),
        (other_key("curve")[0], "is of another kind"),
        (other_key("encrypted")[0], "is encrypted"),
        (other_key("plain")[1], "is no such key"),
        (b"x" * 5000, "cannot be read"),
    ],
    ids=["empty", "binary", "curve", "encrypted", "public", "large"],
)
def test_keys_that_cannot_sign(folder, tmp_path, content, message):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(EdgebertError, match=message) as caught:
        sign_bundle(folder, tmp_path / "key")
    assert "\n" not in str(caught.value)
    assert not (folder / "manifest.json.sig").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no such key"),
        (other_key("curve")[1], "is of another kind"),
        (other_key("plain")[0], "is a private key, not to be given away"),
    ],
    ids=["empty", "curve", "private"],
)
def test_keys_that_cannot_check(signed, tmp_path, content, message):
    (tmp_path / "key").write_bytes(content)
    assert message in refusal(signed, signed_by=tmp_path / "key")


def test_a_key_that_is_not_there(signed, tmp_path):
    message = refusal(signed, signed_by=tmp_path / "absent")
    assert "absent: cannot be read (No such file or directory)" in message
