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
from collections.abc import Iterator, Sequence
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


def count_all(arguments: argparse.Namespace, bundles: Path) -> Iterator[Record]:
    """Count what the command line says."""
    with tempfile.TemporaryDirectory() as folder:
        plugin = build_plugin(Path(folder))
        for model in arguments.model:
            bundle = export_random(
                MODELS[model],
                bundles / model,
                backends=arguments.backend,
                modes=arguments.mode,
                buckets=sorted(arguments.tokens),
            )
            for names in product(arguments.processor, arguments.backend, arguments.mode):
                case = Case(model, *names)
                yield from count_case(case, bundle, plugin, arguments.tokens, twice=arguments.twice)


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
        with tempfile.TemporaryDirectory() as scratch:
            for record in count_all(arguments, arguments.bundles or Path(scratch)):
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
    what.add_argument("--check", action="store_true", help="compare with counts.jsonl; exit with 1")
    what.add_argument("--write", action="store_true", help="put the counts into counts.jsonl")
    what.add_argument("--table", action="store_true", help="print counts.jsonl as README.md has it")
    arguments = parser.parse_args()
    for name, values in choices:
        setattr(arguments, name, getattr(arguments, name) or list(values))
    return arguments


if __name__ == "__main__":
    sys.exit(main())
