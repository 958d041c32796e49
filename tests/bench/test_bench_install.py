"""--install and --clean on a real device of loopback: one folder, made from wheels, removed."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgebert.bench.targets import SshOptions, SshTarget
from edgebert.bench.targets.ssh_connection import parse_address
from edgebert.bench.targets.userland import fetch_root
from edgebert.bench.targets.wheels import Platform, install_for
from edgebert.bench.visit import Setup
from edgebert.errors import EdgebertError


@pytest.fixture
def bare_device(server) -> Iterator[SshTarget]:
    """A device whose python3 is bare of packages, with a file of its owner's and nothing else."""
    (server.device / ".edgebert").write_text("mine")
    python = server.device / "bin" / "python3"
    python.parent.mkdir()
    python.symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    yield SshTarget(parse_address(server.address), SshOptions(server.client_config()))
    left = {path.name for path in server.device.iterdir()}
    assert (server.device / ".edgebert").read_text() == "mine"
    shutil.rmtree(server.device)
    server.device.mkdir()
    assert not left & {".edgebert-bench", ".cache", ".local", ".config"}


def test_install_measure_clean(bench, bare_device, server):
    with pytest.raises(EdgebertError, match=r"its Python lacks edgebert .*--install"):
        bench(bare_device)
    try:
        outcome = bench(bare_device, repeats=1, buckets=(8,), setup=Setup(install=True))
    except EdgebertError as error:
        if "Could not find" in str(error) or "No matching" in str(error):
            pytest.skip(f"NO PACKAGE INDEX: --install is NOT tested here ({error})")
        raise
    folder = server.device / ".edgebert-bench"
    assert [path.name for path in folder.iterdir()] == ["venv"]
    assert folder.stat().st_mode & 0o077 == 0
    packages = {path.name for path in folder.glob("venv/lib/python3*/site-packages/*")}
    assert {"edgebert", "onnxruntime", "numpy"} <= packages
    assert not packages & {"torch", "transformers", "scipy"}
    assert outcome.survey.engines.keys() == {"onnxruntime"}
    assert len(outcome.results) == 2
    again = bench(bare_device, repeats=1, buckets=(8,), setup=Setup(clean=True))
    assert again.already == 4
    assert not folder.exists()


def test_a_wheel_that_there_is_not(bare_device, server):
    with pytest.raises(EdgebertError, match=r"--wheel nowhere.whl: no such file"):
        bare_device.install(["onnxruntime"], Path("nowhere.whl"))
    assert not (server.device / ".edgebert-bench").exists()


@pytest.mark.parametrize(
    ("machine", "engine"), [("mips", "onnxruntime"), ("aarch64", "executorch")]
)
def test_a_device_that_there_are_no_wheels_for(tmp_path, machine, engine):
    with pytest.raises(EdgebertError, match=r"pip install failed .*No matching") as raised:
        install_for(tmp_path / "site", Platform("3.11", machine), [engine], None)
    assert "\n" not in str(raised.value)


def test_a_machine_without_debians_tools(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EdgebertError, match="by apt-get, which this machine lacks") as raised:
        fetch_root(tmp_path / "root", tmp_path)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []
