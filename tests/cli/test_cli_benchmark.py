"""`edgebert benchmark`: its tables, its JSON, its errors, and ^C."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from edgebert.bench.environment import read_temperatures
from edgebert.bundle.hashing import record_of

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS / "bench"))

from worker_processes import workers_under  # noqa: E402

QUICK = (
    "--buckets",
    "16",
    "--threads",
    "1",
    "--repeats",
    "1",
    "--iterations",
    "3",
    "--warmups",
    "1",
)


@pytest.fixture(scope="session")
def measured(embeddings, tmp_path_factory):
    """Records of the embeddings bundle; not to be changed."""
    output = tmp_path_factory.mktemp("measured") / "results.jsonl"
    command = [sys.executable, "-m", "edgebert.cli", "benchmark", embeddings.root, "-o", output]
    subprocess.run([*command, *QUICK], check=True, capture_output=True)
    return output


def test_help_teaches(edgebert):
    done = edgebert("benchmark", "--help")
    assert done.status == 0
    for part in ("  edgebert benchmark minilm -o ", "ssh:user@host[:port]", "--json", "--install"):
        assert part in done.out


def test_json(edgebert, embeddings, measured):
    found = edgebert("benchmark", embeddings.root, "-o", measured, *QUICK, "--json").json
    (target,) = found["targets"]
    assert target["target"] == "local"
    assert target["already"] == 4
    assert target["failures"] == found["errors"] == []
    fp32, dynamic = target["results"]
    assert [result["variant"]["mode"] for result in (fp32, dynamic)] == ["fp32", "dynamic"]
    assert fp32["variant"] == {"engine": "onnxruntime", "mode": "fp32", "bucket": 16, "threads": 1}
    raw = {
        (record["kind"], record["variant"]["mode"]): record
        for record in map(msgspec.json.decode, measured.read_bytes().splitlines())
    }
    assert fp32["model"]["median"] == sorted(raw["latency", "fp32"]["model_ms"])[1]
    assert fp32["app"]["minimum"] == min(raw["latency", "fp32"]["app_ms"])
    assert fp32["peak_rss"] == raw["memory", "fp32"]["peak_rss"]
    assert dynamic["of_fp32"]["n"] == 3


def test_table(edgebert, embeddings, measured):
    done = edgebert("benchmark", embeddings.root, "-o", measured, *QUICK)
    assert done.status == 0
    for part in ("local: ", "median ms", "95 % interval", "p95", "load ms", "first ms", "peak MB"):
        assert part in done.out
    rows = [line.split() for line in done.out.splitlines() if line.startswith("onnxruntime")]
    assert [row[:4] for row in rows] == [
        ["onnxruntime", "1", "16", "fp32"],
        ["onnxruntime", "1", "16", "dynamic"],
    ]
    assert f"4 of 4 measurements are in {measured} already" in done.err


def test_a_failed_self_test_exits_with_1_and_shows_no_latency(edgebert, embeddings, tmp_path):
    root = Path(shutil.copytree(embeddings.root, tmp_path / "exchanged"))
    shutil.copy(root / "model.fp32.onnx", root / "model.dynamic.onnx")
    plain = msgspec.json.decode((root / "manifest.json").read_bytes())
    plain["files"]["model.dynamic.onnx"] = msgspec.to_builtins(record_of(root / "model.fp32.onnx"))
    plain["artifacts"][0]["tolerance"] = plain["artifacts"][1]["tolerance"] = 1e-5
    (root / "manifest.json").write_bytes(msgspec.json.encode(plain))
    done = edgebert("benchmark", root, "-o", tmp_path / "results.jsonl", *QUICK)
    assert done.status == 1
    assert done.err.startswith("error: local: onnxruntime dynamic with 1 threads was not timed")
    assert done.err.count("\n") == 1
    rows = [line.split() for line in done.out.splitlines() if line.startswith("onnxruntime")]
    assert [row[3] for row in rows] == ["fp32"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--repeats", "0"], "--repeats: found 0, expected 1 or more"),
        (["--warmups", "-1"], "--warmups: found -1"),
        (["--max-temp", "nan"], "--max-temp: found nan, expected degrees Celsius"),
        (["--max-temp", "60", "--max-wait", "-1"], "--max-wait: found -1"),
        (["--threads", "one"], "--threads: found one, expected numbers"),
        (["--buckets", "16,x"], "--buckets: found x"),
        (["--target", "phone"], "target phone: unknown"),
        (["--engine", "tensorrt"], "engine tensorrt: unknown"),
        (["--modes", "int4"], "mode int4: unknown"),
        (["--output", "/nowhere/results.jsonl"], "there is no folder /nowhere"),
    ],
)
def test_errors(edgebert, embeddings, tmp_path, arguments, said):
    output = tmp_path / "results.jsonl"
    done = edgebert("benchmark", embeddings.root, "-o", output, *QUICK, *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert not output.exists()


def test_max_temp_waits_or_says_that_there_is_no_sensor(edgebert, embeddings, tmp_path):
    """What it does depends on the machine that tests; both are checked where they can be."""
    output = tmp_path / "results.jsonl"
    heat = ("--max-temp", "-200", "--max-wait", "0.2")
    done = edgebert("benchmark", embeddings.root, "-o", output, *QUICK, *heat)
    if not read_temperatures():
        assert done.status == 2
        assert "error: --max-temp: this device tells no temperature" in done.err
        return
    assert done.status == 0
    assert "repeat 1 of 1 waits, cooling down: " in done.err
    assert "began too hot" in done.err
    records = map(msgspec.json.decode, output.read_bytes().splitlines())
    assert {r["waited"]["too_hot"] for r in records if r["kind"] == "latency"} == {True}


def test_one_target_that_fails_leaves_the_others_alone(edgebert, embeddings, tmp_path):
    output = tmp_path / "results.jsonl"
    targets = ("--target", "local", "--target", "ssh:nowhere.invalid")
    done = edgebert("benchmark", embeddings.root, "-o", output, *QUICK, *targets)
    assert done.status == 2
    assert (
        done.err
        == "error: ssh:nowhere.invalid: there is no such host; is the name right, is it on?\n"
    )
    assert done.out.startswith("local: ")
    assert len(output.read_bytes().splitlines()) == 4


def test_a_fleet_is_summed_up_by_device(edgebert, embeddings, tmp_path):
    fleet, output = tmp_path / "fleet.toml", tmp_path / "results.jsonl"
    fleet.write_text('targets = ["local", "ssh:nowhere.invalid"]\nretries = 1\npause_s = 0\n')
    done = edgebert("benchmark", embeddings.root, "-o", output, *QUICK, "--targets", fleet)
    assert done.status == 2
    rows = [line.split() for line in done.out.splitlines()]
    assert ["local", "1", "2", "0"] in rows
    assert any(row[:2] == ["ssh:nowhere.invalid", "2"] for row in rows)
    assert "tries again in 0 s" in done.err


def test_interrupt_ends_the_worker_and_can_be_resumed(edgebert, embeddings, tmp_path):
    output = tmp_path / "results.jsonl"
    arguments = ["benchmark", str(embeddings.root), "-o", str(output), *QUICK]
    process = subprocess.Popen(
        [sys.executable, "-m", "edgebert.cli", *arguments, "--iterations", "1000000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for _ in range(600):
        if workers_under(process.pid):
            break
        time.sleep(0.1)
    (worker,) = workers_under(process.pid)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"error: interrupted\n")
    assert not Path(f"/proc/{worker}").exists()
    assert workers_under(os.getpid()) == []
    assert edgebert(*arguments).status == 0
