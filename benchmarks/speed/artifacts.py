"""Makes the artifacts of random models, by edgebert and other tools, and says how large they are.

    PYTHONPATH=tests:benchmarks:benchmarks/arm:benchmarks/quality \
        python benchmarks/speed/artifacts.py --model 6x384

Every tool starts from the same checkpoint. What is in the folder of artifacts is not made again.
Sizes, and the first line of the error where a tool fails, go into artifacts.jsonl as they come.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import msgspec
from choices import chosen_models, parse
from export_squeezebert import TEXTS, Architecture, write_checkpoint
from peer_tools import Peer
from peer_tools.source import Source, open_source
from peers import first_line
from random_models import MODELS
from records import ARTIFACTS, Artifact, Key, read, write
from running import open_session, random_inputs
from subjects import BY_NAME, TASK, TOKENS

from edgebert.cli.progress import shown_progress
from edgebert.exporter.quiet import quiet
from edgebert.progress import Progress

# For the other tools. Their ranges decide what is answered, not what is executed; edgebert's also
# decide which channels are split off, so its exports draw as many as by default.
CALIBRATION_TEXTS = 16


def make_all(
    model: str,
    peers: Sequence[Peer],
    tokens: Sequence[int],
    folder: Path,
    progress: Progress,
    known: Container[Key] = (),
) -> Iterator[Artifact]:
    """Make a model's artifacts, and try each on this machine.

    Args:
        model: architecture and size.
        peers: whose.
        tokens: lengths that are to be run.
        folder: for the artifacts and the checkpoint.
        progress: told what is being made.
        known: keys of records of artifacts that need not be made.

    """
    checkpoint = place_checkpoint(model, folder)
    # What takes any length is made for the longest of all, so that every call makes the same.
    due = [(max(TOKENS), peer) for peer in peers if not peer.padded]
    due += [(length, peer) for length in tokens for peer in peers if peer.padded]
    due = [(length, peer) for length, peer in due if (model, peer.name, length) not in known]
    sources: dict[int, Source] = {}
    for number, (length, peer) in enumerate(due):
        progress(f"{model}, {length} tokens: {peer.name}", number, len(due))
        if length not in sources:
            sources[length] = _open(checkpoint, folder, length)
        yield make(model, peer, sources[length], folder)


def place_checkpoint(model: str, folder: Path) -> Path:
    """Return the folder of a model's checkpoint, which is written where it is not there."""
    place = folder / "checkpoints" / model
    if not place.is_dir():
        part = place.with_name(f".{model}.partial")
        shutil.rmtree(part, ignore_errors=True)
        architecture, _, size = model.partition("-")
        chosen = MODELS[size]
        write_checkpoint(part, chosen.layers, chosen.width, cast("Architecture", architecture))
        part.rename(place)
    return place


def _open(checkpoint: Path, folder: Path, length: int) -> Source:
    with quiet():
        source = open_source(checkpoint, TASK, TEXTS, folder / str(length), length=length)
    return replace(source, texts=source.texts[:CALIBRATION_TEXTS])


def make(model: str, peer: Peer, source: Source, folder: Path) -> Artifact:
    """Make one artifact where it is not there, and try it.

    Args:
        model: architecture and size.
        peer: whose.
        source: what it is made of.
        folder: of all artifacts.

    """
    path = source.folder / f"{peer.name}.{peer.backend}"
    length = source.inputs.max_length
    about: dict[str, Any] = {
        "model": model,
        "name": peer.name,
        "tool": peer.tool,
        "settings": peer.settings,
        "backend": peer.backend,
        "length": length,
        "takes": (length,) if peer.padded else tuple(n for n in TOKENS if n <= length),
    }
    record = Artifact(
        **about,
        file=str(path.relative_to(folder)),
        inputs=tuple(source.inputs.input_names),
        outputs=source.output_names,
    )
    try:
        with quiet():
            if not path.exists():
                part = path.with_stem(f"{peer.name}-part")
                part.unlink(missing_ok=True)
                peer.make(source, part)
                part.replace(path)
            session = open_session(record, folder, threads=1)
            for tokens in record.takes:
                session.run(random_inputs(record, tokens))
    except Exception as error:  # tools raise whatever they come upon
        return Artifact(**about, error=first_line(error, source.folder)[:300])
    return msgspec.structs.replace(record, bytes=path.stat().st_size)


def find_known(folder: Path) -> set[Key]:
    """Return the keys of what is on record: its file is there, or it cannot be made."""
    records = read(Artifact, ARTIFACTS).values()
    return {r.key for r in records if r.error is not None or (folder / r.file).is_file()}


def main() -> int:
    """Make what the command line asks for and is not on record."""
    arguments = parse(__doc__)
    folder: Path = arguments.artifacts
    peers = [BY_NAME[name] for name in arguments.peer]
    with shown_progress(lines=100) as progress:
        for model in chosen_models(arguments):
            known = () if arguments.again else find_known(folder)
            for record in make_all(model, peers, arguments.tokens, folder, progress, known):
                write([record], Artifact, ARTIFACTS)
                found = record.error or f"{record.bytes} bytes"
                print(f"{record.model} {record.name}, {record.length} tokens: {found}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
