"""Signed and pinned bundles: what is refused, and with which words."""

import json
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_bundles import write_onnx_bundle

from edgebert.bundle import check_bundle, open_bundle
from edgebert.bundle.digest import digest_of
from edgebert.bundle.signature import read_signature
from edgebert.bundle.signing import sign_bundle
from edgebert.bundle.signing_keys import make_key
from edgebert.errors import CheckFailedError, EdgebertError

# The third test of RFC 8032, section 7.1: secret key, message, signature.
RFC_SECRET = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
RFC_MESSAGE = "af82"
RFC_SIGNATURE = (
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)


def refusal(*arguments, error=CheckFailedError, **options) -> str:
    with pytest.raises(error) as caught:
        open_bundle(*arguments, **options)
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_signed_bundle_opens_with_and_without_the_key(signed, public):
    assert open_bundle(signed, signed_by=str(public)).manifest == open_bundle(signed).manifest
    assert check_bundle(open_bundle(signed, signed_by=public)).passed


def test_a_bundle_without_signature_is_refused_only_where_one_is_required(folder, public):
    assert open_bundle(folder)
    assert "is not signed, expected a signature by" in refusal(folder, signed_by=public)


def test_another_key_is_named(signed, tmp_path):
    other = make_key(tmp_path / "other")
    found = read_signature(signed).public_key
    message = refusal(signed, signed_by=other)
    assert f"is signed by another key, found {found[:16]}…, expected" in message
    assert str(other) in message


def test_claiming_to_be_another_key_does_not_help(signed, tmp_path):
    other = make_key(tmp_path / "other")
    key = serialization.load_pem_public_key(other.read_bytes())
    path = signed / "manifest.json.sig"
    claimed = {**json.loads(path.read_bytes()), "public_key": key.public_bytes_raw().hex()}
    path.write_text(json.dumps(claimed))
    assert "was changed since it was signed" in refusal(signed, signed_by=other)


def test_a_changed_manifest_is_refused_before_it_is_read(signed, public):
    path = signed / "manifest.json"
    path.write_bytes(path.read_bytes() + b" ")
    message = "manifest.json was changed since it was signed"
    assert message in refusal(signed, signed_by=public)
    path.write_bytes(b"not json")
    assert message in refusal(signed, signed_by=public)


@pytest.mark.parametrize("name", ["model.static.onnx", "tokenizer/vocab.txt", "self_test.json"])
def test_a_changed_file_needs_another_manifest(signed, update_record, public, name):
    path = signed / name
    path.write_bytes(path.read_bytes()[:-1] + b"\n\n")
    with pytest.raises(CheckFailedError, match="it is not the file that was exported"):
        open_bundle(signed, signed_by=public).verified(name)
    update_record(name)
    assert open_bundle(signed).verified(name)
    assert "was changed since it was signed" in refusal(signed, signed_by=public)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_changed_byte_of_the_signature_is_accepted(signed, public, data):
    path = signed / "manifest.json.sig"
    before = path.read_bytes()
    fields = json.loads(before)
    values = [before.index(fields[name].encode()) for name in ("public_key", "signature")]
    at = data.draw(
        st.sampled_from(
            [place + n for place in values for n in range(64 + 64 * (place == values[1]))]
        )
    )
    digit = data.draw(st.sampled_from(b"0123456789abcdef"))
    changed = bytearray(before)
    changed[at] = digit if digit != before[at] else ord("x")
    path.write_bytes(changed)
    try:
        refusal(signed, signed_by=public)
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "truncated"),
        (b"\xff", "expected the signature of a bundle"),
        (b"[]", "Expected `object`, got `array`"),
        (b"[" * 4000, "expected the signature of a bundle"),
        (b"{}", "missing required field `format`"),
        (b" " * 5000, "larger than 4096 bytes"),
        (
            b'{"format": 2, "algorithm": "ed25519", "public_key": "", "signature": ""}',
            "format 2, this edgebert reads 1",
        ),
        (
            b'{"format": 1, "algorithm": "none", "public_key": "", "signature": ""}',
            "Invalid enum value 'none'",
        ),
    ],
)
def test_a_signature_that_is_none(signed, public, content, message):
    (signed / "manifest.json.sig").write_bytes(content)
    error = EdgebertError if "larger" in message else CheckFailedError
    assert message in refusal(signed, signed_by=public, error=error)
    assert open_bundle(signed)


def test_a_signature_that_is_no_hex(signed, public):
    path = signed / "manifest.json.sig"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "signature": "zz"}))
    assert "was changed since" in refusal(signed, signed_by=public)


def test_signing_again_replaces_the_signature(signed, tmp_path):
    other = tmp_path / "other"
    public = make_key(other)
    sign_bundle(signed, other)
    assert open_bundle(signed, signed_by=public)


@pytest.mark.parametrize("damage", ["changed", "extra"])
def test_what_is_not_as_exported_is_not_signed(folder, key, damage):
    path = folder / ("recipe.toml" if damage == "changed" else "notes.txt")
    path.write_text("x")
    with pytest.raises(CheckFailedError, match=f"is not signed: .*{path.name}: "):
        sign_bundle(folder, key)
    assert not (folder / "manifest.json.sig").exists()


def test_an_export_takes_the_place_of_a_signed_bundle_and_of_its_signature(signed, public):
    write_onnx_bundle(signed, seed=3)
    assert "is not signed" in refusal(signed, signed_by=public)
    assert check_bundle(open_bundle(signed)).passed


def test_a_manifest_has_no_hash_of_its_signature(folder, edit_manifest):
    edit_manifest(lambda m: m["files"].update({"manifest.json.sig": m["files"]["recipe.toml"]}))
    assert "expected a path inside the bundle" in refusal(folder, error=EdgebertError)


def test_a_signature_that_is_a_link_elsewhere_does_not_travel(folder, tmp_path):
    (tmp_path / "secret").write_text("x")
    (folder / "manifest.json.sig").symlink_to(tmp_path / "secret")
    assert "is a link that leaves the folder" in refusal(folder, error=EdgebertError)


def test_a_digest_pins_a_bundle(folder, edit_manifest):
    digest = digest_of((folder / "manifest.json").read_bytes())
    assert open_bundle(folder, digest=digest)
    edit_manifest(lambda manifest: manifest.update(edgebert="0.1.1"))
    message = refusal(folder, digest=digest)
    assert "found digest sha256:" in message
    assert f"expected {digest}; it is another bundle" in message


@pytest.mark.parametrize("digest", ["", "2c26", "sha256:2c26", "md5:" + "0" * 64, "SHA256:" + "A"])
def test_what_is_no_digest(folder, digest):
    assert "expected sha256: and 64" in refusal(folder, digest=digest, error=EdgebertError)


def test_signatures_are_those_of_the_standard(folder, tmp_path):
    """RFC 8032's example is signed as it says: nothing is hashed or wrapped around the bytes."""
    from edgebert.bundle.signature import sign_manifest

    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_SECRET))
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "rfc.key").write_bytes(pem)
    found = sign_manifest(folder, bytes.fromhex(RFC_MESSAGE), tmp_path / "rfc.key")
    assert found.signature == RFC_SIGNATURE


def test_openssl_agrees(signed, public, tmp_path):
    """Somebody without edgebert can check a signature too."""
    (tmp_path / "sig").write_bytes(bytes.fromhex(read_signature(signed).signature))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-rawin", "-inkey", public]
    try:
        done = subprocess.run(
            [*command, "-sigfile", tmp_path / "sig", "-in", signed / "manifest.json"],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("needs openssl 3")
    assert done.returncode == 0, done.stderr
