r"""Compares what a bundle answers on emulated ARM processors with what it answers here.

    PYTHONPATH=tests:benchmarks python benchmarks/arm/agree.py BUNDLE ROWS --limit 500 \
        --output agreement.json

Every artifact runs its self-test and answers the same texts on every processor and on this
machine. Printed are the self-tests, and the share of texts answered otherwise: by the same artifact
on another processor, and by another backend of the same mode on the same processor. Exits with 1
if a self-test fails or a share is above 0.2 %.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import combinations
from pathlib import Path
from typing import Any

from emulation import CHECKOUT, PROCESSORS, emulator, find_problem, run

from edgebert.bundle import Bundle, open_bundle
from edgebert.bundle.manifest import MODES
from edgebert.engines import engine_for
from edgebert.errors import EdgebertError

GUEST = Path(__file__).with_name("guest_answers.py")
HERE = "x86-64"
MOST_DIFFERENT = 0.002

Key = tuple[str, str, str]
"""Mode, backend, processor."""


def answers_of(
    bundle: Bundle, modes: Sequence[str], texts: Sequence[str], processors: Sequence[str]
) -> Iterator[tuple[Key, dict[str, Any]]]:
    """Have every artifact of these modes answer on every processor, this machine first."""
    with ExitStack() as stack:
        asked = Path(stack.enter_context(tempfile.TemporaryDirectory()), "asked.json")
        emulators = {name: stack.enter_context(emulator(PROCESSORS[name])) for name in processors}
        for artifact in bundle.manifest.artifacts:
            if artifact.mode not in modes:
                continue
            request = {
                "bundle": str(bundle.root.resolve()),
                "engine": engine_for(artifact.backend).name,
                "mode": artifact.mode,
                "texts": list(texts),
            }
            asked.write_text(json.dumps(request))
            for name in (HERE, *processors):
                if name == HERE:
                    done = _run_here(asked)
                else:
                    done = run(emulators[name].command(GUEST, str(asked)))
                if done.returncode:
                    lines = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
                    raise EdgebertError(
                        f"{artifact.path} on {name}: {lines[-1][:200]}; expected it to answer"
                    )
                yield (artifact.mode, artifact.backend, name), json.loads(done.stdout)


def _run_here(asked: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, str(GUEST), str(asked)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def compare(found: Mapping[Key, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Count the texts that two are answered otherwise by: two that differ in one part of the key.

    The part is the processor or the backend; modes are not compared, they are to differ.
    """
    comparisons = []
    for first, second in combinations(found, 2):
        if first[0] == second[0] and (first[1] == second[1]) != (first[2] == second[2]):
            pairs = list(zip(found[first]["answers"], found[second]["answers"], strict=True))
            different = sum(one != other for one, other in pairs)
            comparisons.append(
                {
                    "mode": first[0],
                    "between": [" ".join(first[1:]), " ".join(second[1:])],
                    "different": different,
                    "texts": len(pairs),
                }
            )
    return comparisons


def main() -> int:
    """Answer, compare, print, and return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundle", type=Path)
    parser.add_argument("rows", type=Path, help="a .jsonl with a text a row")
    parser.add_argument("--limit", type=int, default=500, help="of rows, the first ones")
    parser.add_argument("--mode", choices=MODES, action="append")
    parser.add_argument("--processor", choices=tuple(PROCESSORS), action="append")
    parser.add_argument("--output", type=Path, help="all figures, as JSON")
    arguments = parser.parse_args()
    problem = find_problem()
    if problem:
        print(f"cannot compare: {problem}", file=sys.stderr)
        return 2
    lines = arguments.rows.read_text(encoding="utf-8").splitlines()[: arguments.limit]
    texts = [json.loads(line)["text"] for line in lines]
    found: dict[Key, dict[str, Any]] = {}
    try:
        bundle = open_bundle(arguments.bundle)
        processors = arguments.processor or list(PROCESSORS)
        for key, answer in answers_of(bundle, arguments.mode or MODES, texts, processors):
            found[key] = answer
            print(
                f"{' '.join(key)}: self-test {answer['problem'] or 'passed'}, worst "
                f"{answer['worst']:.2g} of {answer['allowed']:.2g}, {answer['version']}",
                flush=True,
            )
    except EdgebertError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    comparisons = compare(found)
    for one in comparisons:
        share = one["different"] / one["texts"]
        print(f"{one['mode']}: {' / '.join(one['between'])}: {one['different']} ({share:.2%})")
    if arguments.output:
        _write(arguments.output, found, comparisons)
    failed = any(answer["problem"] for answer in found.values())
    apart = any(one["different"] > MOST_DIFFERENT * one["texts"] for one in comparisons)
    return 1 if failed or apart else 0


def _write(
    path: Path, found: Mapping[Key, Mapping[str, Any]], comparisons: Sequence[Mapping[str, Any]]
) -> None:
    tests = [
        {"mode": mode, "backend": backend, "processor": name}
        | {part: value for part, value in answer.items() if part != "answers"}
        for (mode, backend, name), answer in found.items()
    ]
    path.write_text(json.dumps({"self_tests": tests, "comparisons": comparisons}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
