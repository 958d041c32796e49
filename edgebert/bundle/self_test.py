"""The self-test: what an artifact answers here, against what the exported graph answered there."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edgebert.bundle.manifest import FILL_MASK, Mode, SelfTestVector, StoredOutput
from edgebert.bundle.padded_run import run_padded
from edgebert.bundle.reading import Bundle
from edgebert.bundle.stored_output import deviation
from edgebert.engines.session import Engine, Float32Array
from edgebert.errors import CheckFailedError, EdgebertError
from edgebert.printable import printable

# An artifact this many times closer to what another mode must answer than to its own is taken for
# an artifact of that mode, even within its tolerance.
RESEMBLANCE = 4.0


@dataclass(frozen=True)
class OutputDeviation:
    """How far one output of one vector is from the expected values.

    Attributes:
        vector: the vector's place in the self-test, from 0.
        bucket: the length it was padded to.
        output: the output's name.
        deviation: norm of the difference over the norm of the expected values; infinity where they
            cannot be compared.
        tolerance: the largest deviation that passes.

    """

    vector: int
    bucket: int
    output: str
    deviation: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether the deviation is within the tolerance."""
        return self.deviation <= self.tolerance


@dataclass(frozen=True)
class SelfTestReport:
    """What a self-test found.

    Attributes:
        engine: the engine's name.
        mode: the artifact's precision mode.
        deviations: one a vector and output.
        misread: the vectors whose text the tokenizer turned into other ids than stored.
        resembles: another mode whose expected values the artifact meets far better, or None.
        nearest_tolerance: the largest that the smallest deviation may be.

    """

    engine: str
    mode: Mode
    deviations: tuple[OutputDeviation, ...]
    misread: tuple[int, ...]
    resembles: Mode | None
    nearest_tolerance: float

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return self.problem is None

    @property
    def worst(self) -> OutputDeviation:
        """The output that is furthest from its expected values, by its tolerance's measure."""
        return max(self.deviations, key=lambda found: found.deviation)

    @property
    def nearest(self) -> float:
        """The smallest of the deviations."""
        return min(found.deviation for found in self.deviations)

    @property
    def problem(self) -> str | None:
        """What was not as expected, in one line, or None."""
        if self.misread:
            return f"the tokenizer reads the text of vector {self.misread[0]} differently"
        if not self.worst.passed:
            worst = self.worst
            place = f"vector {worst.vector} (bucket {worst.bucket})"
            return (
                f"output {printable(worst.output)} of {place} deviates by {worst.deviation:.3g}, "
                f"expected at most {worst.tolerance:.3g}"
            )
        if not self.nearest <= self.nearest_tolerance:
            return (
                f"even the nearest of its answers deviates by {self.nearest:.3g}, expected at most "
                f"{self.nearest_tolerance:.3g}: this runtime or CPU computes otherwise"
            )
        if self.resembles is not None:
            return f"it answers as the {self.resembles} artifact does, not as {self.mode}"
        return None


def run_self_test(
    bundle: Bundle, engine: Engine, mode: str | None = None, threads: int | None = None
) -> SelfTestReport:
    """Run the self-test's vectors through one artifact, and its texts through the tokenizer.

    Args:
        bundle: an opened bundle.
        engine: what runs the artifact.
        mode: its precision, as for `Bundle.artifact`.
        threads: for the engine; None leaves the number to it.

    Raises:
        CheckFailedError: a file is not the exported one, or the self-test has no vector or no
            expected output for this mode.
        EdgebertError: there is no such artifact, or the engine is not installed, cannot load it or
            fails while running it.

    """
    artifact = bundle.artifact(engine.backend, mode)
    vectors = bundle.self_test().vectors
    if not vectors or any(not vector.expected.get(artifact.mode) for vector in vectors):
        raise CheckFailedError(
            f"{bundle.path(bundle.manifest.self_test)}: expects nothing of the {artifact.mode} "
            "mode, so it can prove nothing: export the bundle again"
        )
    session = bundle.open_session(engine, artifact.mode, threads)
    answers = [
        run_padded(
            session,
            vector,
            vector.bucket,
            pad_id=bundle.tokenizer.pad_id,
            inputs=bundle.manifest.inputs,
            outputs=bundle.manifest.outputs,
        )
        for vector in vectors
    ]
    deviations = tuple(
        OutputDeviation(number, vector.bucket, stored.name, found, artifact.tolerance)
        for number, (vector, answer) in enumerate(zip(vectors, answers, strict=True))
        for stored in vector.expected[artifact.mode]
        for found in [_deviation_of(answer, stored)]
    )
    return SelfTestReport(
        engine=engine.name,
        mode=artifact.mode,
        deviations=deviations,
        misread=_misread(bundle, vectors),
        resembles=_resembled_mode(vectors, answers, artifact.mode),
        nearest_tolerance=artifact.nearest_tolerance,
    )


def _deviation_of(answer: Mapping[str, Float32Array], stored: StoredOutput) -> float:
    return deviation(answer[stored.name], stored) if stored.name in answer else math.inf


def _misread(bundle: Bundle, vectors: Sequence[SelfTestVector]) -> tuple[int, ...]:
    """Return the places of the vectors whose text gives other ids here."""
    misread = []
    for number, vector in enumerate(vectors):
        try:
            encoding = bundle.tokenizer.encode(
                vector.text,
                vector.pair,
                max_length=vector.bucket,
                allow_mask=bundle.manifest.task == FILL_MASK,
            )
        except EdgebertError:
            misread.append(number)
            continue
        read = (tuple(encoding.input_ids), tuple(encoding.token_type_ids))
        if read != (vector.input_ids, vector.token_type_ids):
            misread.append(number)
    return tuple(misread)


def _resembled_mode(
    vectors: Sequence[SelfTestVector], answers: Sequence[Mapping[str, Float32Array]], own: Mode
) -> Mode | None:
    """Return the mode that the answers meet far better than their own, or None."""

    def distance(mode: Mode) -> float:
        return math.hypot(
            *(
                _deviation_of(answer, stored)
                for vector, answer in zip(vectors, answers, strict=True)
                for stored in vector.expected[mode]
            )
        )

    shared = set.intersection(*(set(vector.expected) for vector in vectors))
    nearest = min(sorted(shared), key=distance)
    return nearest if distance(nearest) * RESEMBLANCE < distance(own) else None
