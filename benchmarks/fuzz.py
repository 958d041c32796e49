"""Gives every reader of files mutated inputs for some seconds each, and counts them.

    python benchmarks/fuzz.py --seconds 60
    python benchmarks/fuzz.py --seconds 600 manifest recipe

With the extra [fuzz] (atheris, which follows what an input reaches) or, where that is not
installed, by random changes of the seeds. What ends in anything but an answer or one line is a
finding: it is printed, its input kept in --findings, and the exit status is 1. Put a mended one
beside the seeds, benchmarks/fuzzing/seeds, which the tests run through every reader.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fuzzing.readers import READERS, Reader, scratch_folder

MOST_BYTES = 1 << 16
EXECUTED = re.compile(rb"stat::number_of_executed_units:\s*(\d+)")
# Bytes that mean something to JSON, TOML, CSV or a number.
WORDS = (b"{", b"}", b"[", b"]", b'"', b",", b":", b"=", b"\n", b"\0", b"\xff", b"\xef\xbb\xbf")
WORDS += (b"-1", b"1e999", b"NaN", b"9" * 5000, b"[" * 2000, b"{'a':" * 500, b"../", b"\\u0000")


@dataclass(frozen=True)
class Outcome:
    """What came of one reader."""

    reader: str
    how: str
    inputs: int
    seconds: float
    finding: str | None


def mutated(seeds: list[bytes], dice: random.Random) -> bytes:
    """Change one seed in a few places."""
    content = bytearray(dice.choice(seeds))
    for _ in range(dice.randint(1, 4)):
        at = dice.randint(0, len(content))
        match dice.randint(0, 4):
            case 0 if content:
                content[at % len(content)] = dice.randrange(256)
            case 1:
                content[at:at] = dice.choice(WORDS)
            case 2:
                del content[at : at + dice.randint(1, 40)]
            case 3:
                other = dice.choice(seeds)
                start = dice.randint(0, len(other))
                content[at:at] = other[start : start + dice.randint(1, 200)]
            case _:
                content[at : at + 1] = dice.choice(WORDS)
    return bytes(content[:MOST_BYTES])


def by_mutation(name: str, seconds: float, findings: Path, seed: int) -> Outcome:
    """Try random changes of the seeds until the time is over or there is a finding."""
    reader, dice, inputs = READERS[name], random.Random(seed), 0
    seeds = [*reader.seeds(), b""]
    begun = time.monotonic()
    with scratch_folder() as folder:
        while time.monotonic() - begun < seconds:
            content = seeds[inputs] if inputs < len(seeds) else mutated(seeds, dice)
            inputs += 1
            try:
                reader.try_on(content, Path(folder))
            except Exception:
                kept = findings / f"{name}-{inputs}"
                findings.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(content)
                finding = f"{kept}: {traceback.format_exc().strip()}"
                return Outcome(name, "mutation", inputs, time.monotonic() - begun, finding)
    return Outcome(name, "mutation", inputs, time.monotonic() - begun, None)


def by_atheris(name: str, seconds: float, findings: Path, seed: int) -> Outcome:
    """Have atheris do it, in a process of its own, which it never leaves."""
    findings.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with scratch_folder() as corpus:
        for number, content in enumerate(READERS[name].seeds()):
            (Path(corpus) / str(number)).write_bytes(content)
        done = subprocess.run(
            [
                *(sys.executable, __file__, "--under-atheris", name),
                *(f"-max_total_time={max(1, round(seconds))}", f"-max_len={MOST_BYTES}"),
                *(f"-artifact_prefix={findings}/{name}-", f"-seed={seed + 1}"),
                *("-print_final_stats=1", "-verbosity=0", "-timeout=30", corpus),
            ],
            capture_output=True,
            check=False,
        )
    counted = EXECUTED.search(done.stderr)
    finding = None
    if done.returncode:
        finding = (done.stdout + done.stderr).decode(errors="replace")[-3000:]
    inputs = int(counted[1]) if counted else 0
    return Outcome(name, "atheris", inputs, time.monotonic() - begun, finding)


def under_atheris(name: str, arguments: list[str]) -> None:
    """Be the process in which atheris runs one reader."""
    import atheris

    reader: Reader = READERS[name]
    with scratch_folder() as folder:
        with atheris.instrument_imports(include=["edgebert", "tomllib", "csv"]):
            for content in [*reader.seeds(), b""]:
                reader.try_on(content, Path(folder))  # readers import when they read
        atheris.Setup([sys.argv[0], *arguments], lambda data: reader.try_on(data, Path(folder)))
        atheris.Fuzz()


def main() -> int:
    """Run what was asked for and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("readers", nargs="*", metavar="READER", help=", ".join(READERS))
    parser.add_argument("--seconds", type=float, default=30.0, help="for each reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--findings", type=Path, default=Path(".cache/findings"))
    parser.add_argument("--plain", action="store_true", help="without atheris")
    options = parser.parse_args()
    unknown = set(options.readers) - set(READERS)
    if unknown:
        parser.error(f"{min(unknown)}: unknown, expected some of {', '.join(READERS)}")
    guided = find_spec("atheris") is not None and not options.plain
    print(f"{'reader':<16} {'by':<9} {'inputs':>9} {'seconds':>8}  finding", flush=True)
    found = 0
    for name in options.readers or READERS:
        run = by_atheris if guided else by_mutation
        outcome = run(name, options.seconds, options.findings, options.seed)
        found += outcome.finding is not None
        print(
            f"{name:<16} {outcome.how:<9} {outcome.inputs:>9} {outcome.seconds:>8.1f}  "
            f"{outcome.finding or 'none'}",
            flush=True,
        )
    return int(found > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--under-atheris"]:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        under_atheris(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main())
