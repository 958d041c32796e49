"""Writers that are interrupted, killed or in each other's way, as real processes."""

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from tiny_bundles import tree, write_marker, write_onnx_bundle

from edgebert.bundle import BundleWriter, open_bundle
from edgebert.errors import EdgebertError

# A bundle without a model, written by processes that are to be killed: start-up is all they cost.
SMALL_BUNDLE = """
    import os, signal, sys, time
    from pathlib import Path
    from edgebert.bundle import BundleWriter, open_bundle
    from edgebert.bundle.validation import decode_manifest

    target = Path(sys.argv[1])
    manifest = decode_manifest(Path(sys.argv[2]).read_bytes(), "")

    def write(writer, text):
        for name in manifest.files:
            writer.write(name, text.encode() * 1000)
"""


def start(program: str, target: Path, pristine: Path) -> subprocess.Popen:
    code = textwrap.dedent(SMALL_BUNDLE) + textwrap.dedent(program)
    arguments = [sys.executable, "-c", code, str(target), str(pristine / "manifest.json")]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(arguments, text=True, **pipes)


def wait_for(process: subprocess.Popen, word: str) -> None:
    assert process.stdout.readline().strip() == word


def test_two_writers_in_two_processes(folder, pristine):
    before = tree(folder)
    holder = start(
        """
        with BundleWriter(target) as writer:
            write(writer, "a")
            print("writing", flush=True)
            sys.stdin.readline()
            writer.finish(manifest)
        """,
        folder,
        pristine,
    )
    with holder:
        wait_for(holder, "writing")
        with pytest.raises(EdgebertError, match=f"process {holder.pid}"):
            write_onnx_bundle(folder)
        assert tree(folder) == before
        holder.kill()
    write_marker(folder)


def test_interrupting_a_process_leaves_the_old_bundle(folder, pristine):
    before = tree(folder)
    process = start(
        """
        with BundleWriter(target) as writer:
            write(writer, "a")
            print("writing", flush=True)
            time.sleep(60)
        """,
        folder,
        pristine,
    )
    with process:
        wait_for(process, "writing")
        assert len(list(folder.parent.iterdir())) == 3  # the bundle, the lock, the new folder
        process.send_signal(signal.SIGINT)
        assert process.wait(30) != 0
    assert tree(folder) == before
    assert list(folder.parent.iterdir()) == [folder]


def test_killing_a_process_leaves_the_old_bundle_and_the_next_one_cleans_up(folder, pristine):
    before = tree(folder)
    process = start(
        """
        with BundleWriter(target) as writer:
            write(writer, "a")
            print("writing", flush=True)
            time.sleep(60)
        """,
        folder,
        pristine,
    )
    with process:
        wait_for(process, "writing")
        process.kill()
    assert tree(folder) == before
    assert len(list(folder.parent.iterdir())) == 3
    write_marker(folder)


@pytest.mark.parametrize("renames", [1, 2])
def test_killing_between_the_renames_loses_no_bundle(folder, pristine, renames):
    """Where the system cannot exchange two folders."""
    before = tree(folder)
    process = start(
        f"""
        import edgebert.bundle.replacing

        edgebert.bundle.replacing.exchange = lambda new, old: False
        rename, done = Path.rename, []

        def rename_and_die(self, to):
            rename(self, to)
            done.append(to)
            if len(done) == {renames}:
                os.kill(os.getpid(), signal.SIGKILL)

        Path.rename = rename_and_die
        with BundleWriter(target) as writer:
            write(writer, "a")
            writer.finish(manifest)
        """,
        folder,
        pristine,
    )
    with process:
        assert process.wait(30) == -signal.SIGKILL
    with pytest.raises(KeyboardInterrupt):
        _interrupted(folder)
    expected = before["recipe.toml"] if renames == 1 else b"a" * 1000
    assert tree(folder)["recipe.toml"] == expected
    assert open_bundle(folder).verified("recipe.toml")
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's renameat2")
def test_a_reader_always_finds_a_whole_bundle(folder, pristine):
    process = start(
        """
        print("writing", flush=True)
        for number in range(10**6):
            with BundleWriter(target) as writer:
                write(writer, str(number))
                writer.finish(manifest)
        """,
        folder,
        pristine,
    )
    seen = set()
    with process:
        try:
            wait_for(process, "writing")
            deadline = time.monotonic() + 30
            while len(seen) < 20 and time.monotonic() < deadline:
                seen.add((folder / "recipe.toml").read_bytes())
        finally:
            process.kill()
    assert len(seen) >= 20


def _interrupted(target: Path) -> None:
    with BundleWriter(target):
        raise KeyboardInterrupt


def test_killing_at_any_moment_leaves_a_whole_bundle(folder, pristine):
    for attempt in range(4):
        process = start(
            """
            print("writing", flush=True)
            for number in range(10**6):
                with BundleWriter(target) as writer:
                    write(writer, str(number))
                    writer.finish(manifest)
            """,
            folder,
            pristine,
        )
        with process:
            wait_for(process, "writing")
            time.sleep(0.05 + 0.037 * attempt)
            process.kill()
        with pytest.raises(KeyboardInterrupt):
            _interrupted(folder)
        bundle = open_bundle(folder)
        for name in bundle.manifest.files:
            bundle.verified(name)
        assert list(folder.parent.iterdir()) == [folder]
