"""Counts the ARM instructions of one inference, of random SqueezeBERTs on emulated processors.

    PYTHONPATH=tests:benchmarks python benchmarks/arm/count.py --check
    PYTHONPATH=tests:benchmarks python benchmarks/arm/count.py --model 6x384 --tokens 16 --write

Without --check and --write it prints what it counts. A count is of one thread, of the run of the
engine's session, and leaves out what happens once. It exports first: minutes for the large model.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

from committed import Record, as_table, find_growth, read_counts, write_counts
from counting import build_plugin, count, request_for
from emulation import PROCESSORS, emulator, find_problem
from random_models import GROUPS, MODELS, SEED, export_random

from edgebert.bundle import Bundle
from edgebert.bundle.manifest import BACKENDS, MODES
from edgebert.errors import EdgebertError

TOKENS = (16, 128)


@dataclass(frozen=True)
class Case:
    """An artifact, on a processor."""

    model: str
    processor: str
    backend: str
    mode: str


def choose_cases(arguments: argparse.Namespace) -> dict[Case, list[int]]:
    """Return what the command line says, with buckets; to be checked, only what is committed.

    Raises:
        EdgebertError: nothing of it is committed.

    """
    names = (arguments.model, arguments.processor, arguments.backend, arguments.mode)
    cases = {
        case: sorted(set(arguments.tokens))
        for case in (Case(*one) for one in product(*names))
        if not MODELS[case.model].fp16 or (case.backend == "litert" and case.mode != "fp32")
    }
    if not arguments.check:
        return cases
    known = read_counts()
    committed = {
        case: [
            n for n in buckets if (case.model, n, case.backend, case.mode, case.processor) in known
        ]
        for case, buckets in cases.items()
    }
    chosen = {case: buckets for case, buckets in committed.items() if buckets}
    if not chosen:
        raise EdgebertError("--check: counts.jsonl has none of these; count them with --write")
    return chosen


def count_all(cases: Mapping[Case, Sequence[int]], bundles: Path, twice: bool) -> Iterator[Record]:
    """Export what is to be counted, and count it."""
    with tempfile.TemporaryDirectory() as folder:
        plugin = build_plugin(Path(folder))
        for model in dict.fromkeys(case.model for case in cases):
            chosen = {case: tokens for case, tokens in cases.items() if case.model == model}
            bundle = export_random(
                MODELS[model],
                bundles / model,
                backends=tuple(dict.fromkeys(case.backend for case in chosen)),
                modes=tuple(dict.fromkeys(case.mode for case in chosen)),
                buckets=sorted({bucket for tokens in chosen.values() for bucket in tokens}),
            )
            for case, tokens in chosen.items():
                yield from count_case(case, bundle, plugin, tokens, twice=twice)


def count_case(
    case: Case, bundle: Bundle, plugin: Path, tokens: Sequence[int], *, twice: bool = False
) -> Iterator[Record]:
    """Count an artifact's buckets in one process.

    Args:
        case: which artifact, on what.
        bundle: has it.
        plugin: what counts.
        tokens: the buckets.
        twice: whether to do it in a second process too, and to say by how much that differs.

    """
    request = request_for(bundle, case.backend, case.mode, tokens)
    with emulator(PROCESSORS[case.processor]) as emulated:
        version, tallies = count(emulated, plugin, request)
        again = count(emulated, plugin, request)[1] if twice else None
    for bucket, tally in tallies.items():
        apart = abs((again[bucket] - tally).instructions) if again else None
        yield Record(
            **asdict(case),
            groups=GROUPS,
            seed=SEED,
            engine=request.engine,
            version=version,
            tokens=bucket,
            between_runs=apart,
            **asdict(tally),
        )


def main() -> int:
    """Count, and compare or write as the command line says."""
    arguments = _parse()
    if arguments.table:
        print(as_table(list(read_counts().values())), end="")
        return 0
    problem = find_problem()
    if problem:
        print(f"cannot count: {problem}", file=sys.stderr)
        return 2
    problems: list[str] = []
    try:
        cases = choose_cases(arguments)
        with tempfile.TemporaryDirectory() as scratch:
            bundles = arguments.bundles or Path(scratch)
            for record in count_all(cases, bundles, arguments.twice):
                run = "" if record.between_runs is None else f", {record.between_runs} between runs"
                print(f"{record.name}: {record.instructions} instructions{run}", flush=True)
                if arguments.write:
                    write_counts([record])
                grown = find_growth(record) if arguments.check else None
                problems += [grown] if grown else []
    except EdgebertError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    choices: Sequence[tuple[str, Sequence[str] | Sequence[int]]] = (
        ("model", tuple(MODELS)),
        ("backend", BACKENDS),
        ("mode", MODES),
        ("processor", tuple(PROCESSORS)),
        ("tokens", TOKENS),
    )
    for name, values in choices:
        kind = type(values[0])
        parser.add_argument(f"--{name}", type=kind, choices=values, action="append")
    parser.add_argument("--bundles", type=Path, help="folder to keep the exports in and take from")
    parser.add_argument("--twice", action="store_true", help="count in a second process as well")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--check",
        action="store_true",
        help="compare with what counts.jsonl has of these; exit with 1 if one has grown",
    )
    what.add_argument("--write", action="store_true", help="put the counts into counts.jsonl")
    what.add_argument("--table", action="store_true", help="print counts.jsonl as README.md has it")
    arguments = parser.parse_args()
    for name, values in choices:
        setattr(arguments, name, getattr(arguments, name) or list(values))
    return arguments


if __name__ == "__main__":
    sys.exit(main())
