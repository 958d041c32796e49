"""`edgebert sign`, and the options that require a signature or a digest, on every verb."""

import builtins
import shutil

import pytest


@pytest.fixture
def copy(embeddings, tmp_path):
    return shutil.copytree(embeddings.root, tmp_path / "copy")


@pytest.fixture
def key(edgebert, tmp_path):
    made = edgebert("sign", "--new-key", tmp_path / "my.key")
    assert (made.status, made.err) == (0, "")
    return tmp_path / "my.key"


@pytest.fixture
def data(tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"text": "a", "text_pair": "b", "score": 1}\n' * 3)
    return tmp_path / "rows.jsonl"


def test_signing_and_what_check_says_of_it(edgebert, copy, key):
    unsigned = edgebert("check", copy, "--json").json
    assert (unsigned["signed_by"], unsigned["signature_checked"]) == (None, False)
    done = edgebert("sign", copy, "--key", key, "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json["digest"] == unsigned["digest"]
    checked = edgebert("check", copy, "--json", "--require-signature", f"{key}.pub").json
    assert checked["passed"]
    assert checked["signature_checked"]
    assert checked["signed_by"] == done.json["public_key"]
    shown = edgebert("check", copy)
    assert shown.status == 0
    assert f"digest {unsigned['digest']}\n" in shown.out
    assert f"{checked['signed_by']}, not checked without --require-signature\n" in shown.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "BUNDLE", "turn on the light"),
        ("chat", "BUNDLE"),
        ("check", "BUNDLE"),
        ("evaluate", "BUNDLE", "DATA"),
        ("benchmark", "BUNDLE", "-o", "RESULTS"),
        ("push", "BUNDLE"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_verb_refuses_what_is_not_signed_or_not_pinned(
    edgebert, copy, key, data, tmp_path, arguments
):
    places = {"BUNDLE": copy, "DATA": data, "RESULTS": tmp_path / "results.jsonl"}
    command = [places.get(word, word) for word in arguments]
    done = edgebert(*command, "--require-signature", f"{key}.pub")
    assert (done.status, done.out) == (1, "")
    assert "is not signed, expected a signature by" in done.err
    done = edgebert(*command, "--digest", f"sha256:{'0' * 64}")
    assert (done.status, done.out) == (1, "")
    assert "found digest sha256:" in done.err
    assert not places["RESULTS"].exists()


def test_a_signed_and_pinned_bundle_answers(edgebert, copy, key, data):
    digest = edgebert("sign", copy, "--key", key, "--json").json["digest"]
    trusted = ("--require-signature", f"{key}.pub", "--digest", digest)
    assert edgebert("run", copy, "turn on the light", *trusted).status == 0
    assert edgebert("evaluate", copy, data, "--processes", "1", *trusted).status == 0


def test_a_checkpoint_has_no_signature(edgebert, tmp_path, data, key):
    options = ("--task", "feature-extraction", "--require-signature", f"{key}.pub")
    done = edgebert("evaluate", tmp_path, data, *options)
    assert done.status == 2
    assert done.err.startswith("error: --require-signature: goes with a bundle")


@pytest.mark.parametrize(
    "arguments", [(), ("BUNDLE",), ("--key", "k"), ("BUNDLE", "--key", "k", "--new-key", "n")]
)
def test_what_does_not_say_what_to_sign(edgebert, copy, tmp_path, arguments):
    before = sorted(tmp_path.iterdir())
    done = edgebert("sign", *(copy if word == "BUNDLE" else word for word in arguments))
    assert done.status == 2
    assert "expected a bundle and --key FILE, or --new-key FILE alone" in done.err
    assert sorted(tmp_path.iterdir()) == before


def test_without_the_package(edgebert, copy, key, monkeypatch):
    """A board that has not installed it still runs bundles, signed or not."""
    edgebert("sign", copy, "--key", key)
    real = builtins.__import__

    def without(name, *arguments, **options):
        if name.partition(".")[0] == "cryptography":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    done = edgebert("check", copy, "--require-signature", f"{key}.pub")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "error: signatures need the package cryptography: pip install 'edgebert[sign]'\n"
    )
    assert edgebert("check", copy).status == 0
