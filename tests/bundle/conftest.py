"""A small real bundle, and ways to damage a copy of it."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "engines"))

from tiny_bundles import write_onnx_bundle

from edgebert.bundle.hashing import record_of
from edgebert.bundle.signing import sign_bundle
from edgebert.bundle.signing_keys import make_key


@pytest.fixture(scope="session")
def pristine(tmp_path_factory) -> Path:
    """The bundle, not to be changed."""
    return write_onnx_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.fixture
def folder(pristine, tmp_path) -> Path:
    """A copy of the bundle that a test may damage."""
    return Path(shutil.copytree(pristine, tmp_path / "tiny"))


@pytest.fixture
def edit_manifest(folder) -> Callable[..., None]:
    """Rewrite the copy's manifest.json through a function of its plain dict."""

    def edit(change: Callable[[dict], object]) -> None:
        path = folder / "manifest.json"
        plain = msgspec.json.decode(path.read_bytes())
        change(plain)
        path.write_bytes(msgspec.json.encode(plain))

    return edit


@pytest.fixture
def update_record(folder, edit_manifest) -> Callable[[str], None]:
    """Record a changed file's new hash and size, as somebody who swaps artifacts would."""

    def update(name: str) -> None:
        record = msgspec.to_builtins(record_of(folder / name))
        edit_manifest(lambda plain: plain["files"].update({name: record}))

    return update


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    private = tmp_path_factory.mktemp("keys") / "release.key"
    make_key(private)
    return private


@pytest.fixture(scope="session")
def public(key):
    return key.with_name("release.key.pub")


@pytest.fixture
def signed(folder, key):
    sign_bundle(folder, key)
    return folder
