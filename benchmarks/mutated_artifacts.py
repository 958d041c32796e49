"""What engines do with artifacts that somebody changed and gave fitting hashes: an attacker's own.

    python benchmarks/mutated_artifacts.py BUNDLE --tries 200

takes the smallest artifact of each engine, changes bytes, and runs the bundle's self-test on it in
a process that may die. A changed artifact whose hash does not fit never comes to an engine; the
tests show that. Counted are, by engine and by where the bytes were changed:

    refused     the engine said no, in one line
    noticed     it ran, and the self-test found the answers wrong
    unharmed    it ran and answered within the self-test's bounds
    crashed     the process died by a signal
    stuck       it ran longer than --patience
    other       anything else, which is a bug of edgebert's
"""

import argparse
import importlib
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

import msgspec

from edgebert.bundle import open_bundle, run_self_test
from edgebert.bundle.hashing import record_of
from edgebert.bundle.manifest import MANIFEST_NAME, Artifact
from edgebert.bundle.reading import Bundle
from edgebert.bundle.writing import encode_manifest
from edgebert.engines import ENGINES, available
from edgebert.engines.session import Engine
from edgebert.errors import EdgebertError

ENDS = ("refused", "noticed", "unharmed", "crashed", "stuck", "other")
PLACES = ("structure", "anywhere", "cut off")
# Loaded before the processes are forked, which then need not do it each.
MODULES = {
    "executorch": "executorch.extension.pybindings.portable_lib",
    "litert": "ai_edge_litert.interpreter",
    "onnxruntime": "onnxruntime",
}
EDGE = 8192  # bytes at either end, where the formats keep more structure than weights


def changed(content: bytes, place: str, dice: random.Random) -> bytes:
    """Change an artifact in one to eight places, or cut it off."""
    if place == "cut off":
        return content[: dice.randrange(len(content))]
    result = bytearray(content)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(content))
        if place == "structure":
            at = dice.choice((at % EDGE, len(content) - 1 - at % EDGE)) % len(content)
        result[at] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, result[at] ^ 1 << dice.randrange(8)))
    return bytes(result)


def smallest(bundle: Bundle, engine: Engine) -> Artifact | None:
    """Choose the artifact that is quickest to load."""
    own = [a for a in bundle.manifest.artifacts if a.backend == engine.backend]
    return min(own, key=lambda a: bundle.path(a.path).stat().st_size, default=None)


def with_content(bundle: Bundle, artifact: Artifact, content: bytes, folder: Path) -> Bundle:
    """Write a bundle with one artifact alone, whose hash fits what it now holds."""
    files = dict(bundle.manifest.files)
    for other in bundle.manifest.artifacts:
        files.pop(other.path)
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(bundle.path(name), folder / name)
    (folder / artifact.path).write_bytes(content)
    files[artifact.path] = record_of(folder / artifact.path)
    manifest = msgspec.structs.replace(bundle.manifest, artifacts=(artifact,), files=files)
    (folder / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
    return open_bundle(folder)


def outcome(bundle: Bundle, engine: Engine) -> str:
    """Run the self-test, in whichever process this is."""
    try:
        report = run_self_test(bundle, engine, threads=1 if engine.name != "executorch" else None)
    except EdgebertError as error:
        return "refused" if "\n" not in str(error) else f"other {error!r}"
    except BaseException:
        return f"other {traceback.format_exc()}"
    return "unharmed" if report.passed else "noticed"


def apart(bundle: Bundle, engine: Engine, patience: float) -> str:
    """Run the self-test in a forked process and say how that ended."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.write(writer, outcome(bundle, engine).encode()[:4000])
        os._exit(0)
    os.close(writer)
    ready, _, _ = select.select([reader], [], [], patience)
    said = os.read(reader, 4000).decode() if ready else ""
    os.close(reader)
    if not ready:
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    if not ready:
        return "stuck"
    if os.WIFSIGNALED(status):
        return f"crashed {signal.Signals(os.WTERMSIG(status)).name}"
    return said or f"other status {status}"


def try_engine(root: Path, name: str, tries: int, seed: int, patience: float) -> None:
    """Print, for one engine, what came of each kind of change."""
    bundle, engine, dice = open_bundle(root), ENGINES[name], random.Random(seed)
    artifact = smallest(bundle, engine)
    if artifact is None:
        print(f"{name}: the bundle has nothing for it")
        return
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    importlib.import_module(MODULES[name])
    content = bundle.path(artifact.path).read_bytes()
    for place in PLACES:
        ends: Counter[str] = Counter()
        for _ in range(tries):
            with tempfile.TemporaryDirectory() as folder:
                mutant = with_content(bundle, artifact, changed(content, place, dice), Path(folder))
                end = apart(mutant, engine, patience)
            ends[end] += 1
            if end.startswith("other"):
                print(f"{name}: {end}", file=sys.stderr)
        counts = [sum(n for end, n in ends.items() if end.startswith(kind)) for kind in ENDS]
        signals = ", ".join(f"{n} {e.split()[1]}" for e, n in ends.items() if "crashed" in e)
        row = "".join(f"{count:>10}" for count in counts)
        print(f"{name:<12} {artifact.path:<24} {place:<10}{row}   {signals}", flush=True)


def main() -> None:
    """Try each engine in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--tries", type=int, default=100, help="of each kind, for each engine")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--patience", type=float, default=120.0, help="seconds")
    parser.add_argument("--engine", help="only this one")
    options = parser.parse_args()
    if options.engine is not None:
        bundle, engine = options.bundle, options.engine
        try_engine(bundle, engine, options.tries, options.seed, options.patience)
        return
    heads = "".join(f"{end:>10}" for end in ENDS)
    print(f"{'engine':<12} {'artifact':<24} {'changed':<10}{heads}   signals", flush=True)
    for engine in available():
        subprocess.run([sys.executable, *sys.argv, "--engine", engine.name], check=False)


if __name__ == "__main__":
    main()
