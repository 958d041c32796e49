"""Devices reached by adb: Debian's real adbd on emulated ARM, and what can go wrong on the way."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stand_ins.fetch import CONTENTS
from stand_ins.machine import require_machines
from stand_ins.phone import PORTS, Phone

from edgebert.bench.targets import AdbTarget, adb_install, target_for
from edgebert.bench.targets.adb_connection import AdbConnection
from edgebert.bench.targets.userland import pack_userland
from edgebert.bench.visit import Setup
from edgebert.errors import EdgebertError

ROOM = "/data/local/tmp"
SECOND, UNAUTHORIZED, OFFLINE = PORTS[1], PORTS[1] + 2, PORTS[1] + 4
STUBBORN = Path(__file__).parents[1] / "stand_ins" / "stubborn_phone.py"


@pytest.fixture(scope="session")
def packed(tmp_path_factory) -> Path:
    """What --install puts on a device, for one engine."""
    require_machines()
    file = tmp_path_factory.mktemp("userland") / "userland.tar"
    pack_userland(file, ["onnxruntime"], None, root=CONTENTS / "python")
    return file


@pytest.fixture
def installed(handset, packed) -> Phone:
    if not handset.machine.path(adb_install.FOLDER).exists():
        target = AdbTarget(handset.serial)
        adb_install.put(target.connection, packed)
    return handset


def one_line(raised) -> str:
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_nothing_is_installed_unasked(bench, handset):
    with pytest.raises(EdgebertError, match="not installed there; --install puts") as raised:
        bench(target_for("adb"))
    assert one_line(raised).startswith(f"adb:{handset.serial}: ")
    assert list(handset.machine.path(ROOM).iterdir()) == []


def test_what_install_makes_is_private_and_self_contained(installed):
    folder = installed.machine.path(adb_install.FOLDER)
    assert sorted(path.name for path in folder.iterdir()) == ["bin", "lib", "site"]
    packages = {path.name for path in (folder / "site").iterdir()}
    assert {"edgebert", "onnxruntime", "numpy"} <= packages
    assert not packages & {"torch", "transformers", "scipy", "pip"}
    for path in [folder, *folder.rglob("*")]:
        assert path.lstat().st_mode & 0o077 == 0, path
        assert not path.is_symlink()


def when_a_worker_runs(handset: Phone, act: Callable[[int], object]) -> threading.Thread:
    """Do something to the first worker, by its process id, as soon as there is one."""

    def watch() -> None:
        while not (workers := handset.machine.workers()):
            time.sleep(0.05)
        act(workers[0])

    watching = threading.Thread(target=watch)
    watching.start()
    return watching


def test_a_broken_cable_then_the_rest_then_nothing_is_left(bench, installed):
    """The connection is cut in the midst of a run; the same command goes on; --clean cleans."""
    watching = []

    def cut(what, done, total):
        if what == "memory":
            watching.append(when_a_worker_runs(installed, lambda pid: installed.disconnect()))

    selection = {"buckets": (8,), "modes": ("static",), "repeats": 1}
    with pytest.raises(EdgebertError, match="the connection was lost") as raised:
        bench(target_for("adb"), progress=cut, **selection)
    watching[0].join()
    assert one_line(raised).startswith(f"adb:{installed.serial}: ")
    (left,) = [p for p in installed.machine.path(ROOM).iterdir() if p.name != "edgebert-bench"]
    assert f"the bundle's copy is still there, in {ROOM}/{left.name}" in one_line(raised)
    assert len(bench.lines) == 1
    installed.machine.await_no_workers()
    installed.connect()
    AdbTarget(installed.serial).connection.run(f"rm -r {ROOM}/{left.name}")

    outcome = bench(target_for("adb"), setup=Setup(clean=True), **selection)
    assert outcome.already == 1
    assert outcome.target == f"adb:{installed.serial}"
    (result,) = outcome.results
    assert (result.repeats, result.model.n) == (1, 4)
    assert result.peak_rss > 1_000_000
    machine = outcome.survey.machine
    assert (machine.architecture, machine.python[:4]) == ("aarch64", "3.13")
    assert machine.cpu.features["asimddp"]
    assert outcome.survey.engines.keys() == {"onnxruntime"}
    assert list(installed.machine.path(ROOM).iterdir()) == []


def test_a_killed_worker_is_one_line(bench, installed):
    watching = when_a_worker_runs(installed, lambda pid: os.kill(pid, signal.SIGKILL))
    with pytest.raises(EdgebertError, match=r"was killed .* run the same command again") as raised:
        bench(target_for(f"adb:{installed.serial}"))
    watching.join()
    assert one_line(raised)


@pytest.fixture
def full(handset) -> Iterator[Phone]:
    """The phone with 16 kB of room."""
    room = handset.machine.root / ROOM.lstrip("/")
    mount = handset.machine.enter("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", room)
    handset.machine.run(mount)
    yield handset
    handset.machine.run(handset.machine.enter("umount", room))


def test_a_full_device_is_left_empty(bench, full, tmp_path):
    large = tmp_path / "userland.tar"
    large.write_bytes(bytes(100_000))
    target = AdbTarget(full.serial)
    with pytest.raises(EdgebertError, match="its storage is full; make room") as raised:
        adb_install.put(target.connection, large)
    assert one_line(raised)
    with pytest.raises(EdgebertError, match="its storage is full; make room"):
        target.place(bench.bundle, ["onnx"])
    target.close()
    assert list(full.machine.path(ROOM).iterdir()) == []


def test_only_what_is_needed_travels_and_only_its_owner_reads_it(bench, handset):
    target = AdbTarget(handset.serial)
    folder = handset.machine.path(target.place(bench.bundle, ["onnx"]))
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == [
        "manifest.json",
        "model.fp32.onnx",
        "model.static.onnx",
        "self_test.json",
        "tokenizer/vocab.txt",
    ]
    assert folder.stat().st_mode & 0o077 == 0
    target.close()
    assert not folder.exists()


def test_several_devices_and_one_that_is_named(bench, handset, monkeypatch):
    second = handset.start_adbd(SECOND)
    try:
        handset.connect(SECOND)
        with pytest.raises(EdgebertError, match="2 devices are connected") as raised:
            bench(target_for("adb"))
        assert "name one, as in --target adb:127.0.0.1:" in one_line(raised)
        named = target_for(f"adb:127.0.0.1:{SECOND}")
        named.connect()
        assert named.name == f"adb:127.0.0.1:{SECOND}"
        monkeypatch.setenv("ANDROID_SERIAL", handset.serial)  # adb's own way to name one
        chosen = target_for("adb")
        chosen.connect()
        assert chosen.name == f"adb:{handset.serial}"
    finally:
        handset.disconnect(SECOND)
        second.kill()


@pytest.mark.parametrize(
    ("behaviour", "port", "said"),
    [
        ("unauthorized", UNAUTHORIZED, "does not trust this computer yet; unlock it and accept"),
        ("offline", OFFLINE, "it is offline; plug it in again"),
    ],
)
def test_a_device_that_cannot_be_used(bench, handset, behaviour, port, said):
    machine, serial = handset.machine, f"127.0.0.1:{port}"
    stubborn = machine.start(machine.enter(sys.executable, STUBBORN, port, behaviour))
    connecting = []
    try:
        while f"{serial}\t" not in handset.adb("devices"):  # it listens, and adb knows it
            connecting.append(subprocess.Popen(["adb", "connect", serial], stdout=-3))
            time.sleep(0.3)
        with pytest.raises(EdgebertError, match=said) as raised:
            bench(target_for(f"adb:{serial}"))
        assert one_line(raised).startswith(f"adb:{serial}: ")
        with pytest.raises(EdgebertError, match=said):  # it became so after it was found
            AdbConnection(serial).run("true")
    finally:
        handset.disconnect(port)
        for process in [stubborn, *connecting]:
            process.kill()
            process.wait()


def test_no_such_device_and_none_at_all(bench, handset):
    with pytest.raises(EdgebertError, match=f"no such device is connected, found {handset.serial}"):
        bench(target_for("adb:emulator-5554"))
    handset.disconnect()
    with pytest.raises(EdgebertError, match="adb: no device is connected; plug one in") as raised:
        bench(target_for("adb"))
    assert one_line(raised)


def test_a_machine_without_adb(bench, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EdgebertError, match=r"adb cannot be started .*platform-tools") as raised:
        bench(target_for("adb"))
    assert one_line(raised)


@pytest.mark.parametrize(
    "text", ["", "-e", "a b", "x;reboot", "$(x)", "a/b", "ü", "a\nb", "x" * 200]
)
def test_what_is_no_serial(text):
    with pytest.raises(EdgebertError, match="no serial, expected adb or adb:SERIAL"):
        target_for(f"adb:{text}")


@pytest.mark.parametrize(
    "text", ["R58M12ABCDE", "emulator-5554", "192.168.1.7:5555", "adb-R5._adb-tls-connect._tcp"]
)
def test_serials(text):
    assert target_for(f"adb:{text}").name == f"adb:{text}"
