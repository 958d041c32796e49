"""Counts the ARM instructions of one inference of every artifact that artifacts.py has made.

    PYTHONPATH=tests:benchmarks:benchmarks/arm:benchmarks/quality \
        python benchmarks/speed/instructions.py --model 6x384 --processor cortex-a76

As benchmarks/arm counts them. Each count goes into instructions.jsonl as it comes; what is there is
not counted again, and what benchmarks/arm has counted is taken from there. Where an artifact does
not run on the processor, the error's line is kept.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from choices import chosen_models, parse
from committed import read_counts
from counting import WARM_UPS, Request, build_plugin, count
from emulation import PROCESSORS, Emulator, emulator, find_problem
from records import ARTIFACTS, INSTRUCTIONS, OWN, Artifact, Instructions, read, write
from running import is_foreign

from edgebert.cli.progress import shown_progress
from edgebert.engines import engine_for
from edgebert.errors import EdgebertError

NAMES = ("cortex-a76", "neoverse-n2")
# One: a second inference after the same warm-up executes the same.
COUNTED = 1
# Of benchmarks/arm's records.
TAKEN = (
    *("tokens", "processor", "engine", "version", "instructions"),
    *("sdot", "smmla", "widening", "fmla"),
)

Due = tuple[Artifact, int, str]
"""An artifact, tokens, a processor."""


def find_due(arguments: argparse.Namespace) -> Iterator[Due]:
    """Yield what the command line asks for and is not on record.

    Raises:
        EdgebertError: an artifact is not where the command line says.

    """
    known = {} if arguments.again else read(Instructions, INSTRUCTIONS)
    made = read(Artifact, ARTIFACTS).values()
    for processor in arguments.processor:
        for model in chosen_models(arguments):
            for tokens in sorted(arguments.tokens, reverse=True):
                for artifact in made:
                    if (
                        artifact.error is not None
                        or artifact.model != model
                        or artifact.name not in arguments.peer
                        or tokens not in artifact.takes
                        or (model, artifact.name, tokens, processor) in known
                    ):
                        continue
                    path = arguments.artifacts / artifact.file
                    if not path.is_file():
                        raise EdgebertError(f"{path}: no such file; make it with artifacts.py")
                    yield artifact, tokens, processor


def count_one(
    artifact: Artifact, tokens: int, emulated: Emulator, plugin: Path, folder: Path
) -> Instructions:
    """Count one inference; an error becomes part of the record."""
    engine = engine_for(artifact.backend).name
    request = Request(
        engine=engine,
        path=str((folder / artifact.file).resolve()),
        inputs=artifact.inputs,
        outputs=artifact.outputs,
        buckets=artifact.takes,
        threads=None if engine == "executorch" else 1,
        tokens=(tokens,),
        inferences=WARM_UPS + COUNTED,
        is_foreign=is_foreign(artifact),
    )
    about = {
        "model": artifact.model,
        "name": artifact.name,
        "tokens": tokens,
        "processor": emulated.processor.name,
        "engine": engine,
    }
    try:
        version, tallies = count(emulated, plugin, request)
    except EdgebertError as error:
        line = str(error).partition(": ")[2].partition("; expected it to run")[0]
        return Instructions(**about, error=line.replace(f"{folder.resolve()}/", ""))
    return Instructions(**about, version=version, **asdict(tallies[tokens]))


def counted_before(artifact: Artifact, tokens: int, processor: str) -> Instructions | None:
    """Return what benchmarks/arm has counted of edgebert's artifact of the same checkpoint."""
    architecture, _, size = artifact.model.partition("-")
    if artifact.tool != OWN or architecture != "squeezebert":
        return None
    mode, _, half = artifact.settings.partition(", ")
    name = f"{size} fp16" if half else size
    found = read_counts().get((name, tokens, artifact.backend, mode, processor))
    if found is None:
        return None
    return Instructions(
        model=artifact.model,
        name=artifact.name,
        **{field: getattr(found, field) for field in TAKEN},
    )


def main() -> int:
    """Count, and write each count."""
    arguments = parse(__doc__, processor=NAMES)
    problem = find_problem()
    if problem:
        print(f"cannot count: {problem}", file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory() as scratch, shown_progress(lines=1000) as progress:
            plugin = build_plugin(Path(scratch))
            due = list(find_due(arguments))
            for number, (artifact, tokens, processor) in enumerate(due):
                name = f"{artifact.model} {artifact.name}, {tokens} tokens, {processor}"
                progress(name, number, len(due))
                record = counted_before(artifact, tokens, processor)
                if record is None:
                    with emulator(PROCESSORS[processor]) as emulated:
                        record = count_one(artifact, tokens, emulated, plugin, arguments.artifacts)
                write([record], Instructions, INSTRUCTIONS)
                print(f"{name}: {record.error or record.instructions}", flush=True)
    except EdgebertError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
