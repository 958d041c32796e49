"""Which artifact to ship: a rule that can be read, and what it leads to."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from edgebert.bench.facts import ArtifactFacts
from edgebert.bench.protocol import Failure
from edgebert.bench.results import REFERENCE, Result

GATE_POINTS = 1.0
AGREEMENT_POINTS = 10.0
"""Points (hundredths) that int8 may lose by default, as the gate of an export has it: of the task's
main figure on labelled rows, or where there are none of the agreement with fp32."""


class Loss(msgspec.Struct, frozen=True):
    """What an artifact loses against fp32.

    Attributes:
        metric: the task's main figure, or "agreement".
        value: the artifact's, 0 to 1.
        points: how far it is below fp32, in hundredths; negative where it is above.
        allowed: how many points the gate allows.
    """

    metric: str
    value: float
    points: float
    allowed: float

    @property
    def within(self) -> bool:
        """Whether the gate lets it pass."""
        return self.points <= self.allowed


class Candidate(msgspec.Struct, frozen=True):
    """An artifact on an engine with some threads, measured at every length.

    Attributes:
        engine: the engine's name.
        mode: the artifact's.
        threads: None leaves the number to the engine.
        results: one a bucket, the shortest first.
        score: geometric mean of their medians in milliseconds: each length counts alike, and a
            candidate twice as fast at all of them has half the score.
        facts: what is known of the artifact.
        loss: what it loses; None for fp32, which is what others are measured by.
    """

    engine: str
    mode: str
    threads: int | None
    results: tuple[Result, ...]
    score: float
    facts: ArtifactFacts | None
    loss: Loss | None


class Choice(msgspec.Struct, frozen=True):
    """What to ship on a device.

    Attributes:
        chosen: the artifact; None where nothing can be recommended.
        tied: others that were not clearly slower or faster, best first.
        candidates: how many combinations of artifact and threads were compared.
        excluded: why others were not: by "engine mode", and with threads where that matters.
    """

    chosen: Candidate | None
    tied: tuple[Candidate, ...]
    candidates: int
    excluded: dict[str, str]


@dataclass(frozen=True)
class Rule:
    """How an artifact is chosen; `points` replaces both defaults of the gate."""

    points: float | None = None

    def __str__(self) -> str:
        accuracy = counted(GATE_POINTS if self.points is None else self.points, "point")
        agreement = counted(AGREEMENT_POINTS if self.points is None else self.points, "point")
        return (
            "The rule: an artifact that failed its self-test on the device is out, and so is one "
            f"that loses more than {accuracy} of the task's main figure against fp32 on "
            f"labelled rows (where that was not measured: {agreement} of the agreement "
            "with fp32), or of which neither is known. Of the others the fastest is taken, by the "
            "geometric mean of the bare model's medians over all lengths. Where the 95 % intervals "
            "of two medians overlap at every length, they tie: then the smaller file is taken, "
            "then fewer threads."
        )

    def choose(
        self,
        results: Sequence[Result],
        facts: Mapping[tuple[str, str], ArtifactFacts],
        failures: Sequence[Failure],
    ) -> Choice:
        """Choose among what was measured under the same conditions.

        Args:
            results: of one comparison.
            facts: what is known of the artifacts, by engine and mode.
            failures: what failed its self-test there.
        """
        buckets = {result.variant.bucket for result in results}
        failed = {(failure.engine, failure.mode): failure for failure in failures}
        excluded = {
            f"{engine} {mode}": f"failed its self-test on the device: {failure.reason}"
            for (engine, mode), failure in failed.items()
        }
        candidates = []
        judged_int8 = unknown = False
        for candidate in self._candidates(results, facts):
            name = f"{candidate.engine} {candidate.mode}"
            if (candidate.engine, candidate.mode) in failed:
                continue
            if candidate.mode != REFERENCE and candidate.loss is None:
                excluded[name] = "nothing says what it loses against fp32"
                unknown = True
            elif candidate.loss is not None and not candidate.loss.within:
                excluded[name] = (
                    f"loses {candidate.loss.points:.2f} points of {candidate.loss.metric}, more "
                    f"than {candidate.loss.allowed:g}"
                )
            elif len(candidate.results) < len(buckets):
                threads = (
                    "" if candidate.threads is None else f", {counted(candidate.threads, 'thread')}"
                )
                excluded[name + threads] = "was not measured at every length"
            else:
                judged_int8 |= candidate.mode != REFERENCE
                candidates.append(candidate)
        if unknown and not judged_int8:
            # Only fp32 is left, for want of knowledge and not for its merit.
            return Choice(None, (), len(candidates), excluded)
        return _best(candidates, excluded)

    def _candidates(
        self, results: Sequence[Result], facts: Mapping[tuple[str, str], ArtifactFacts]
    ) -> list[Candidate]:
        together: dict[tuple[str, str, int | None], list[Result]] = {}
        for result in sorted(results, key=lambda result: result.variant.bucket):
            variant = result.variant
            together.setdefault((variant.engine, variant.mode, variant.threads), []).append(result)
        return [
            Candidate(
                engine=engine,
                mode=mode,
                threads=threads,
                results=tuple(its),
                score=math.exp(sum(math.log(r.model.median) for r in its) / len(its)),
                facts=facts.get((engine, mode)),
                loss=self.loss(facts.get((engine, mode)), mode),
            )
            for (engine, mode, threads), its in together.items()
        ]

    def loss(self, facts: ArtifactFacts | None, mode: str) -> Loss | None:
        """Return what an artifact loses, as far as anything is known; None for fp32."""
        if facts is None or mode == REFERENCE:
            return None
        if facts.accuracy is not None and facts.accuracy.figures:
            figure = facts.accuracy.figures[0]
            allowed = GATE_POINTS if self.points is None else self.points
            points = 100 * (figure.fp32 - figure.value)
            return Loss(figure.metric, figure.value, points, allowed)
        if facts.agreement is None:
            return None
        allowed = AGREEMENT_POINTS if self.points is None else self.points
        value = facts.agreement.agreement
        return Loss("agreement", value, 100 * (1 - value), allowed)


def counted(count: float, word: str) -> str:
    """Count things: 1 thread, 2 threads."""
    return f"{count:g} {word if count == 1 else word + 's'}"


def _best(candidates: list[Candidate], excluded: dict[str, str]) -> Choice:
    """Take the fastest, or of those that tie with it the smallest."""
    if not candidates:
        return Choice(None, (), 0, excluded)
    fastest = min(candidates, key=lambda candidate: candidate.score)
    tied = sorted((c for c in candidates if _overlap(c, fastest)), key=_size_first)
    return Choice(tied[0], tuple(tied[1:]), len(candidates), excluded)


def _overlap(one: Candidate, other: Candidate) -> bool:
    return all(
        a.model.low <= b.model.high and b.model.low <= a.model.high
        for a, b in zip(one.results, other.results, strict=True)
    )


def _size_first(candidate: Candidate) -> tuple[float, float, float]:
    """Order by size, threads (fewer leave cores to others) and time; what is unknown comes last."""
    size = math.inf if candidate.facts is None else candidate.facts.size
    threads = math.inf if candidate.threads is None else candidate.threads
    return size, threads, candidate.score
