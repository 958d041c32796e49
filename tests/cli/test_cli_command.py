"""The command as a process: help, version, start-up, exit statuses, ^C and pipes."""

import os
import signal
import subprocess
import sys
import textwrap
import time
import tomllib
from pathlib import Path

import pytest

import edgebert as package
from edgebert.doctor import diagnose

ROOT = Path(__file__).parents[2]
VERBS = ("export", "run", "inspect", "check", "doctor", "sensitivity", "train")


def test_version_is_that_of_the_project(edgebert):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project.get("version", package.__version__) == package.__version__
    assert edgebert("--version").out == f"edgebert {package.__version__}\n"


def test_help_names_every_verb(edgebert):
    done = edgebert("--help")
    assert done.status == 0
    assert edgebert() == done
    for verb in VERBS:
        assert f"  {verb} " in done.out


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_has_an_example(edgebert, verb):
    done = edgebert(verb, "--help")
    assert done.status == 0
    assert f"  edgebert {verb} " in done.out
    assert "--json" in done.out


def test_doctor(edgebert):
    found = edgebert("doctor", "--json").json
    assert {engine["name"]: engine["version"] for engine in found["engines"]} == {
        engine.name: engine.version for engine in diagnose().engines
    }
    done = edgebert("doctor")
    for engine in diagnose().engines:
        assert engine.name in done.out
        assert (engine.version or "not installed") in done.out


def modules_after(*arguments):
    """The modules that a process has imported when the command ends."""
    script = (
        "import sys; from edgebert.cli import main\n"
        f"sys.argv = {['edgebert', *map(str, arguments)]!r}\n"
        "try: main()\n"
        "except SystemExit: print('\\n' + ' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_help_starts_fast(arguments):
    assert not modules_after(*arguments) & {"numpy", "rich", "msgspec", "onnxruntime", "torch"}


def test_run_imports_nothing_of_the_workstation(embeddings):
    modules = modules_after("run", embeddings.root, "turn on the light")
    assert "onnxruntime" in modules
    assert not modules & {"torch", "transformers", "tokenizers", "onnx", "edgebert.exporter.job"}


def test_exit_statuses(edgebert_process, embeddings, tmp_path):
    done = edgebert_process("run", embeddings.root, "--json", stdin="Zürich".encode())
    assert (done.status, done.err) == (0, "")
    assert done.json["results"][0]["request"]["text"] == "Zürich"
    done = edgebert_process("run", tmp_path, "x")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: bundle ")
    assert done.err.count("\n") == 1


def test_a_bug_of_ours_has_a_traceback_and_a_status_of_its_own():
    script = """
        from edgebert.cli import app, main

        @app.command()
        def broken() -> None:
            {}["nothing"]

        main()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), "broken"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (70, "")
    assert done.stderr.startswith("Traceback")
    assert done.stderr.splitlines()[-1].startswith("error: this is a bug of edgebert (KeyError(")


def test_arguments_that_are_no_text_are_no_traceback(edgebert_process, embeddings):
    done = edgebert_process("run", embeddings.root, os.fsdecode(b"\xff"))
    assert done.status == 0
    assert r"\udcff" in done.out


def cpu_time(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]


def test_interrupt_ends_in_one_line(embeddings):
    script = "from edgebert.cli import main; print('started', flush=True); main()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, "run", str(embeddings.root)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdin.write(b"first line\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"started\n"
    while b"onnxruntime" not in Path(f"/proc/{process.pid}/maps").read_bytes():
        assert process.poll() is None
    # Then it goes on importing until it waits for input: when it no longer uses the CPU.
    used = None
    while used != (used := cpu_time(process.pid)):
        time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"error: interrupted\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_ends_in_one_line():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "edgebert.cli", "doctor"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, b"error: No space left on device\n")


def test_a_closed_pipe_is_no_traceback(embeddings):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "edgebert.cli", "inspect", str(embeddings.root)],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert b"Traceback" not in done.stderr
