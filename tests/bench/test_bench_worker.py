"""Worker processes: what they say, what ends them, what they import."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest
from worker_processes import workers_under

from edgebert.bench.channel import Channel
from edgebert.bench.environment import read_machine
from edgebert.bench.protocol import SCHEMA, Method, Plan, Survey, Variant
from edgebert.bench.samples import make_samples
from edgebert.bench.targets import LocalTarget
from edgebert.engines import available
from edgebert.errors import EdgebertError


def test_stopping_ends_the_worker(bench):
    target = LocalTarget()
    channel = Channel(target)
    plan = endless(bench)
    messages = channel.run(plan)
    next(messages)
    assert len(workers_under(os.getpid())) == 1
    threading.Timer(0.2, channel.stop).start()
    with pytest.raises(EdgebertError, match="local: interrupted"):
        list(messages)
    assert workers_under(os.getpid()) == []
    with pytest.raises(EdgebertError, match="local: interrupted"):
        list(channel.run(plan))


def test_a_worker_does_not_outlive_its_host(bench):
    """The host is killed, as a computer that is switched off: it cannot tell its worker."""
    script = (
        "import sys, msgspec\n"
        "from edgebert.bench.channel import Channel\n"
        "from edgebert.bench.protocol import Plan\n"
        "from edgebert.bench.targets import LocalTarget\n"
        "plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)\n"
        "for message in Channel(LocalTarget()).run(plan): print('going', flush=True)\n"
    )
    host = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    host.stdin.write(msgspec.json.encode(endless(bench)))
    host.stdin.close()
    assert host.stdout.readline() == b"going\n"
    (worker,) = workers_under(host.pid)
    host.kill()
    host.wait()
    for _ in range(200):
        if not Path(f"/proc/{worker}").exists():
            break
        time.sleep(0.1)
    assert not Path(f"/proc/{worker}").exists()


def endless(bench) -> Plan:
    """A plan that takes long, and says how it gets on."""
    return Plan(
        schema=SCHEMA,
        stage="latency",
        run="endless",
        target="local",
        bundle=str(bench.bundle.root),
        method=Method(iterations=1_000_000, warm_ups=0, turn=10, settle_ms=0.0),
        variants=(Variant("onnxruntime", "fp32", 8, 1),),
        samples=make_samples(bench.bundle, (8,)),
    )


def speak(text: bytes):
    done = subprocess.run(
        [sys.executable, "-m", "edgebert.bench.worker"],
        input=text,
        capture_output=True,
        check=False,
    )
    return [msgspec.json.decode(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (b"", "expected a plan"),
        (b"hello\n", "expected a plan"),
        (b'{"schema": 999}\n', "schema 999"),
    ],
)
def test_a_worker_that_is_told_nonsense(plan, said):
    (message,) = speak(plan)
    assert message["kind"] == "problem"
    assert said in message["line"]
    assert message["status"] == 2


def test_a_worker_imports_one_engine_and_no_torch(bench):
    plan = msgspec.structs.replace(
        endless(bench), method=Method(iterations=1, warm_ups=0, turn=1, settle_ms=0.0)
    )
    script = (
        "import sys, os; from edgebert.bench import worker\n"
        "os._exit = lambda status: print(' '.join(sys.modules), file=sys.stderr)\n"
        "worker.main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdin.write(msgspec.json.encode(plan) + b"\n")
    process.stdin.flush()
    kinds = [msgspec.json.decode(line)["kind"] for line in process.stdout]
    process.stdin.close()
    modules = set(process.stderr.read().decode().split())
    process.wait()
    assert kinds[-2:] == ["latency", "finished"]
    assert "onnxruntime" in modules
    assert not modules & {"torch", "transformers", "onnx", "ai_edge_litert", "executorch"}


def test_a_survey_needs_no_bundle():
    survey = next(iter(Channel(LocalTarget()).run(Plan(SCHEMA, "survey", "r", "local"))))
    assert isinstance(survey, Survey)
    assert survey.machine == read_machine()
    assert survey.engines == {engine.name: engine.version() for engine in available()}
