"""What a peer is, and its artifact as a candidate for evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from litert_session import DequantizingSession

from edgebert.engines import ArtifactSpec, Session, engine_for
from edgebert.exporter.encoding import TextInputs
from edgebert.tasks import Outputs
from edgebert.text import Encoding
from peer_tools.source import Source


@dataclass(frozen=True)
class Peer:
    """A tool with its settings.

    Attributes:
        name: how the command line calls it.
        tool: the package that quantises.
        settings: what it was asked for, for the table.
        backend: which engine runs its artifacts.
        make: writes an artifact.
        padded: whether its inputs are always of the source's full length.

    """

    name: str
    tool: str
    settings: str
    backend: str
    make: Callable[[Source, Path], None]
    padded: bool


@dataclass(frozen=True)
class PeerCandidate:
    """A peer's artifact, see edgebert.evaluation.scoring.Candidate."""

    path: Path
    inputs: TextInputs
    labels: tuple[str, ...]
    output_names: tuple[str, ...]
    padded: bool
    engine: str
    version: str
    backend: str
    mode: str

    def open(self) -> PeerModel:
        """See Candidate."""
        longest = self.inputs.max_length
        if self.backend == "litert":
            return PeerModel(self, DequantizingSession(self.path, longest, self.output_names))
        lengths = (longest,) if self.padded else tuple(range(1, longest + 1))
        spec = ArtifactSpec(self.path, self.inputs.input_names, self.output_names, lengths)
        return PeerModel(self, engine_for(self.backend).open(spec, threads=1))


class PeerModel:
    """A peer's artifact on its engine, see edgebert.evaluation.measure.Model."""

    def __init__(self, candidate: PeerCandidate, session: Session) -> None:
        """Take what was opened."""
        self._inputs = candidate.inputs
        self._padded = candidate.padded
        self._session = session
        self.tokenizer = candidate.inputs.tokenizer
        self.max_length = candidate.inputs.max_length
        self.labels = candidate.labels
        self.output_names = candidate.output_names

    def outputs(self, encoding: Encoding) -> Outputs:
        """See Model."""
        length = self.max_length if self._padded else None
        tensors = self._inputs.tensors(encoding, length)
        names = self._inputs.input_names
        arrays = self._session.run({n: t.numpy() for n, t in zip(names, tensors, strict=True)})
        # Of the outputs, those with an entry a token are [1, tokens, ...].
        return {
            name: array[0, : len(encoding)] if array.ndim == 3 else array[0]
            for name, array in arrays.items()
        }


def candidate_of(peer: Peer, source: Source, path: Path) -> PeerCandidate:
    """Return the candidate for a peer's artifact."""
    engine = engine_for(peer.backend)
    return PeerCandidate(
        path=path,
        inputs=source.inputs,
        labels=source.labels,
        output_names=source.output_names,
        padded=peer.padded,
        engine=engine.name,
        version=engine.version() or "",
        backend=peer.backend,
        mode=peer.name,
    )
