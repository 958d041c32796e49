"""Installs the wheel into fresh environments, each extra alone, and has it do what it is for.

    python benchmarks/install.py --python python3.11 --python python3.12 --python python3.13

Printed are, for every Python and extra, the size of what was installed and whether `edgebert
--help` and the extra's own check ran; the exit status is 1 if anything did not. The extras for the
workstation (export, train, peers, demo, test) are several GB and come only by --extra. pip takes
its index and its cache from its own settings.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ("edgebert", "pyproject.toml", "README.md", "LICENSE")
HELP = "edgebert --help"
# What each extra is for, as small as it can be; BUNDLE is a bundle with all three backends.
CHECKS = {
    "": ["edgebert doctor", "edgebert inspect BUNDLE"],
    "onnx": ["edgebert run BUNDLE --engine onnxruntime hello", "edgebert check BUNDLE"],
    "litert": ["edgebert run BUNDLE --engine litert hello", "edgebert check BUNDLE"],
    "executorch": ["edgebert run BUNDLE --engine executorch hello", "edgebert check BUNDLE"],
    "sign": ["edgebert sign --new-key KEY", "edgebert sign BUNDLE --key KEY"],
    "assistant": [
        "python -c 'from edgebert.assistant import Assistant, system_clock; system_clock()'"
    ],
    "evaluate": ["python -c 'import matplotlib; from scipy.stats import binomtest'"],
    "fuzz": ["python -c 'import atheris'"],
    "export": ["edgebert export --help", "python -c 'import edgebert; edgebert.export'"],
    "train": ["edgebert train --help", "python -c 'import edgebert.training.job'"],
}
SMALL = ("", "onnx", "litert", "sign", "assistant", "evaluate")
NEEDS_BUNDLE = "BUNDLE"


@dataclass(frozen=True)
class Outcome:
    """What came of one environment: MB installed, and the first command that failed."""

    megabytes: float
    problem: str | None


def run(command: list[str], **environment: str) -> str | None:
    """Run a command; return the last line it said if it failed."""
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return None
    said = (done.stderr or done.stdout).strip().splitlines() or ["nothing was said"]
    return f"{' '.join(command)[:80]}: status {done.returncode}: {said[-1][:200]}"


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder; links count as nothing."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)


def try_extra(python: str, wheel: Path, extra: str, bundle: Path | None, folder: Path) -> Outcome:
    """Install one extra into a new environment and run its checks."""
    problem = run([python, "-m", "venv", str(folder / "venv")])
    if problem is not None:
        return Outcome(0.0, problem)
    packages = next((folder / "venv" / "lib").glob("python*/site-packages"))
    before = size_of(packages)
    wanted = f"edgebert[{extra}] @ {wheel.as_uri()}" if extra else str(wheel)
    binaries = folder / "venv" / "bin"
    pip = [str(binaries / "python"), "-m", "pip", "install", "--quiet", "--no-compile", wanted]
    problem = run(pip)
    megabytes = (size_of(packages) - before) / 1e6
    copy = folder / "bundle"
    if problem is None and bundle is not None:
        problem = run(["cp", "-rL", str(bundle), str(copy)])
    for line in (HELP, *CHECKS[extra]):
        if problem is None and (bundle is not None or NEEDS_BUNDLE not in line):
            line = line.replace("BUNDLE", str(copy)).replace("KEY", str(folder / "key"))
            path = f"{binaries}{os.pathsep}{os.environ['PATH']}"
            problem = run(["sh", "-c", f"cd {folder} && {line}"], PATH=path, PYTHONPATH="")
    return Outcome(megabytes, problem)


def build_wheel(folder: Path) -> Path:
    """Build the wheel of this checkout, in a copy: stale files of an older build would get in."""
    copy = folder / "checkout"
    copy.mkdir()
    for name in SOURCES:
        source = ROOT / name
        take = shutil.copytree if source.is_dir() else shutil.copy
        take(source, copy / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    subprocess.run([*command, str(folder), str(copy)], check=True)
    return next(folder.glob("edgebert-*.whl"))


def main() -> int:
    """Try every Python with every extra and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", action="append", help="a Python; repeat it [this one]")
    parser.add_argument("--extra", action="append", choices=CHECKS, help=f"{', '.join(CHECKS)}")
    parser.add_argument("--bundle", type=Path, help="a bundle with artifacts for every engine")
    parser.add_argument("--wheel", type=Path, help="edgebert's wheel; by default built")
    options = parser.parse_args()
    failed = 0
    print(f"{'python':<12} {'extra':<12} {'MB':>8}  outcome", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        wheel = (options.wheel or build_wheel(Path(scratch))).resolve()
        for python in options.python or [sys.executable]:
            for extra in options.extra or SMALL:
                with tempfile.TemporaryDirectory() as folder:
                    outcome = try_extra(python, wheel, extra, options.bundle, Path(folder))
                failed += outcome.problem is not None
                print(
                    f"{Path(python).name:<12} {extra or '(none)':<12} {outcome.megabytes:>8.1f}  "
                    f"{outcome.problem or 'passed'}",
                    flush=True,
                )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
