"""Devices reached by ssh: a real sshd on loopback, and everything that can go wrong on the way."""

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from ssh_server import SSHD, free_port, ssh_server
from worker_processes import await_none_under, workers_under

from edgebert.bench.channel import Channel
from edgebert.bench.targets import LocalTarget, SshOptions, SshTarget, target_for
from edgebert.bench.targets.ssh_connection import SshAddress, parse_address
from edgebert.bundle import open_bundle
from edgebert.errors import EdgebertError


@pytest.fixture(autouse=True)
def _nothing_is_left(request):
    """After each test the device has neither workers nor folders of ours."""
    yield
    if "server" in request.fixturenames:
        server = request.getfixturevalue("server")
        await_none_under(server.process.pid)
        assert list(server.device.iterdir()) == []


def one_line(raised) -> str:
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_device_is_measured(bench, device, server):
    outcome = bench(device, repeats=1)
    assert outcome.target == f"ssh:{server.address}"
    assert len(outcome.results) == 4
    assert all(result.model.n == 4 for result in outcome.results)
    assert len(bench.lines) == 8
    again = bench(device, repeats=1)
    assert again.already == 8
    assert again.results == outcome.results


def test_targets_share_a_file(bench, device):
    bench(repeats=1)
    assert bench(device, repeats=1).already == 0
    assert len(bench.lines) == 16


def test_only_what_is_needed_travels_and_only_its_owner_reads_it(bench, device):
    folder = Path(device.place(bench.bundle, ["onnx"]))
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == [
        "manifest.json",
        "model.fp32.onnx",
        "model.static.onnx",
        "self_test.json",
        "tokenizer/vocab.txt",
    ]
    assert folder.stat().st_mode & 0o077 == 0
    device.close()
    assert not folder.exists()


def test_a_damaged_bundle_does_not_travel(bench, device, tmp_path, tiny):
    root = Path(shutil.copytree(tiny, tmp_path / "damaged"))
    (root / "model.static.onnx").write_bytes(b"nothing")
    bench.bundle = open_bundle(root)
    with pytest.raises(EdgebertError, match="not the file that was exported"):
        bench(device)


def test_a_wrong_host_key(bench, server):
    options = SshOptions(server.client_config(host_key="stranger"), sys.executable)
    with pytest.raises(EdgebertError, match="another than the one in known_hosts") as raised:
        bench(SshTarget(parse_address(server.address), options))
    assert one_line(raised).startswith(f"ssh:{server.address}: ")


def test_an_unknown_host_key(bench, server):
    options = SshOptions(server.client_config(known=False), sys.executable)
    with pytest.raises(EdgebertError, match="not in known_hosts; connect once by hand") as raised:
        bench(SshTarget(parse_address(server.address), options))
    assert f"ssh -p {server.port} " in one_line(raised)


def test_permission_denied(bench, server):
    options = SshOptions(server.client_config(user="stranger"), sys.executable)
    with pytest.raises(EdgebertError, match="accepts none of your keys") as raised:
        bench(SshTarget(parse_address(server.address), options))
    assert one_line(raised)


def test_no_such_host(bench):
    with pytest.raises(EdgebertError, match=r"ssh:pi@nowhere.invalid: there is no such host"):
        bench(target_for("ssh:pi@nowhere.invalid"))


def test_nothing_listens(bench):
    with pytest.raises(EdgebertError, match="nothing answers on that port"):
        bench(target_for(f"ssh:127.0.0.1:{free_port()}"))


@pytest.mark.parametrize(
    "python", ["/nowhere/python", "nopython", "/usr/bin/python3 -S", "; touch x"]
)
def test_a_python_that_there_is_not(bench, server, python):
    options = SshOptions(server.client_config(), python)
    with pytest.raises(EdgebertError, match=r"no such program.*name its Python") as raised:
        bench(SshTarget(parse_address(server.address), options))
    assert one_line(raised)


def test_a_python_without_edgebert(bench, server, tmp_path):
    bare = tmp_path / "bare"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E "$@"\n')
    bare.chmod(0o755)
    options = SshOptions(server.client_config(), str(bare))
    with pytest.raises(EdgebertError, match="its Python lacks edgebert"):
        bench(SshTarget(parse_address(server.address), options))


def session_of(pid: int) -> int:
    """Return the sshd process that serves the connection a worker runs in."""
    while True:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        if "sshd" in Path(f"/proc/{pid}/comm").read_text():
            return pid


def test_a_broken_connection_is_one_line_and_resumable(bench, device, server, slow):
    def cut(what, done, total):
        if what == "repeat 2 of 2" and done == 1:
            (worker,) = workers_under(server.process.pid)
            os.kill(session_of(worker), signal.SIGKILL)

    with pytest.raises(EdgebertError, match="the connection was lost") as raised:
        bench(device, progress=cut, method=slow)
    assert one_line(raised).startswith(f"ssh:{server.address}: ")
    assert len(bench.lines) == 4
    assert bench(device, method=slow).already == 4


@pytest.mark.skipif(SSHD is None, reason="needs sshd (Debian's openssh-server)")
def test_a_device_that_goes_away_for_good(bench, tmp_path, slow):
    """Then nothing can be tidied up there, and the message says what is left where."""
    with ssh_server(tmp_path) as server:
        options = SshOptions(server.client_config(), sys.executable)

        def switch_off(what, done, total):
            if what == "repeat 2 of 2" and done == 1:
                (worker,) = workers_under(server.process.pid)
                connection = session_of(worker)
                server.process.terminate()
                server.process.wait()
                os.kill(connection, signal.SIGKILL)

        with pytest.raises(EdgebertError, match="the connection was lost") as raised:
            bench(
                SshTarget(parse_address(server.address), options), progress=switch_off, method=slow
            )
        (left,) = server.device.iterdir()
        assert f"the bundle's copy is still there, in {left}" in one_line(raised)
    assert len(bench.lines) == 4


def test_a_killed_worker_is_one_line(bench, device, server, slow):
    def kill(what, done, total):
        if what == "repeat 1 of 2" and done == 1:
            (worker,) = workers_under(server.process.pid)
            os.kill(worker, signal.SIGKILL)

    with pytest.raises(EdgebertError, match=r"run the same command again") as raised:
        bench(device, progress=kill, method=slow)
    assert one_line(raised)


def test_stopping_ends_the_worker_on_the_device(bench, device, server, slow):
    channel = Channel(device)
    stopped = []

    def stop(what, done, total):
        if what == "repeat 1 of 2" and not stopped:
            stopped.append(workers_under(server.process.pid))
            channel.stop()

    benchmark = bench.benchmark(method=slow)
    try:
        with pytest.raises(EdgebertError, match="interrupted"):
            benchmark.measure(device, channel, progress=stop, say=bench.said.append)
    finally:
        device.close()
    assert len(stopped[0]) == 1
    await_none_under(server.process.pid)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("pi@raspberrypi.local:2222", SshAddress("pi", "raspberrypi.local", 2222)),
        ("board", SshAddress(None, "board", None)),
        ("me@[fe80::1%eth0]:22", SshAddress("me", "fe80::1%eth0", 22)),
        ("[::1]", SshAddress(None, "::1", None)),
        ("10.0.0.7", SshAddress(None, "10.0.0.7", None)),
    ],
)
def test_addresses(text, address):
    assert parse_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    ["", "-oProxyCommand=x", "a b", "host:", "host:0", "host:70000", "x@-l", "host;reboot", "$(x)"],
)
def test_what_is_no_address(text):
    with pytest.raises(EdgebertError, match="no address, expected ssh:user@host"):
        target_for(f"ssh:{text}")


def test_names_of_targets():
    assert isinstance(target_for("local"), LocalTarget)
    with pytest.raises(EdgebertError, match="target phone: unknown, expected local, ssh:"):
        target_for("phone")
