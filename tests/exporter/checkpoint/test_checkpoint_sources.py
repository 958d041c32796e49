"""Where checkpoints come from: folders without a network, the hub and its cache."""

import socket
from pathlib import Path

import pytest
from fixtures_checkpoints import (
    write_checkpoint,
)

from edgebert.errors import EdgebertError
from edgebert.exporter.checkpoint import load_checkpoint


def load(source, **options):
    return load_checkpoint(str(source), "feature-extraction", **options)


def assert_error(source, *words, **options):
    with pytest.raises(EdgebertError) as caught:
        load(source, **options)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


@pytest.fixture
def no_network(monkeypatch):
    """Make every attempt to connect or to look up a name fail the test."""

    def refuse(*_):
        pytest.fail("touched the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("family", ["SqueezeBert", "Bert"])
def test_a_folder_never_touches_the_network(tmp_path, monkeypatch, no_network, family):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    write_checkpoint(tmp_path, f"{family}ForMaskedLM")
    load_checkpoint(str(tmp_path), "fill-mask")
    monkeypatch.chdir(tmp_path.parent)
    load_checkpoint(tmp_path.name, "fill-mask")
    assert_error("./no-such-folder", "no such folder")


@pytest.mark.parametrize(
    ("written", "name"), [("{}", "bert"), ("{}/", "bert"), ("{}/.", "bert"), ("{}/../bert", "bert")]
)
def test_the_source_is_the_folders_name(tmp_path, written, name):
    folder = tmp_path / "bert"
    write_checkpoint(folder)
    assert load(written.format(folder)).source == name


def test_the_current_folder(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    write_checkpoint(folder)
    monkeypatch.chdir(folder)
    assert load(".").source == "here"


def write_hub_cache(cache, repository, weights="safetensors", revision="main"):
    """Lay out a checkpoint as the hub's client keeps what it downloaded."""
    home = cache / f"models--{repository.replace('/', '--')}"
    commit = "0123456789abcdef0123456789abcdef01234567"
    model = write_checkpoint(home / "snapshots" / commit, "BertForMaskedLM", weights=weights)
    (home / "refs").mkdir()
    (home / "refs" / revision).write_text(commit)
    return model


@pytest.fixture
def cache(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.mark.parametrize("weights", ["safetensors", "bin"])
def test_a_hub_id_from_the_cache(cache, no_network, weights):
    write_hub_cache(cache, "someone/tiny-bert", weights)
    checkpoint = load("someone/tiny-bert")
    assert checkpoint.source == "someone/tiny-bert"
    assert checkpoint.architecture == "BertForMaskedLM"


def test_a_revision_of_a_hub_id(cache, no_network):
    write_hub_cache(cache, "someone/tiny-bert", revision="v2")
    assert load("someone/tiny-bert", revision="v2").source == "someone/tiny-bert"
    assert_error("someone/tiny-bert", "cannot be reached")


def test_a_cache_without_the_weights(cache, no_network):
    write_hub_cache(cache, "someone/tiny-bert")
    next(Path(cache).rglob("model.safetensors")).unlink()
    assert_error("someone/tiny-bert", "no weights")


def test_a_hub_id_that_cannot_be_reached(cache, no_network):
    assert_error(
        "squeezebert/squeezebert-uncased",
        "squeezebert/squeezebert-uncased: no such folder",
        "the hub cannot be reached (HF_HUB_OFFLINE is set",
        "pass its folder",
        "./my-model",
    )


def test_a_hub_id_without_a_network(cache, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)

    def no_name(*_, **__):
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    assert_error("someone/tiny-bert", "the hub cannot be reached", "pass its folder")


def test_a_name_that_is_no_hub_id(cache, no_network):
    assert_error("my model!", "no such folder, and not a hub id either", "owner/name")


@pytest.mark.parametrize(
    ("card", "license"),
    [
        ("---\nlicense: mit\n---\n", "mit"),
        ('---\nlicense: "apache-2.0"\ntags:\n- x\n---\ntext', "apache-2.0"),
        ("\ufeff---\r\nlanguage: en\r\nlicense: bsd-3-clause\r\n---\r\n", "bsd-3-clause"),
        ("---\nlicense:\n- mit\n---\n", None),
        ("---\nlanguage: en\n---\nlicense: mit\n", None),
        ("# Model\nlicense: mit\n", None),
        ("", None),
    ],
)
def test_the_licence_of_the_model_card(tmp_path, card, license):
    write_checkpoint(tmp_path)
    (tmp_path / "README.md").write_text(card, encoding="utf-8", newline="")
    assert load(tmp_path).license == license


def test_no_model_card(tmp_path):
    write_checkpoint(tmp_path)
    assert load(tmp_path).license is None
