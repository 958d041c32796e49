"""A benchmark of one bundle on one target: survey, proof, latency, memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edgebert.bench.channel import Channel
from edgebert.bench.environment import utc_now
from edgebert.bench.protocol import (
    SCHEMA,
    Cooling,
    Failure,
    Heat,
    Latency,
    Memory,
    Method,
    Origin,
    Plan,
    Proof,
    Record,
    Sample,
    Stage,
    Step,
    Survey,
    Variant,
)
from edgebert.bench.records import RecordFile, check_alike
from edgebert.bench.results import Result, failures_of, results_of
from edgebert.bench.selection import Selection
from edgebert.bench.targets.target import Target
from edgebert.bundle import Bundle
from edgebert.engines import engine_named
from edgebert.errors import EdgebertError
from edgebert.progress import Progress

Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What a benchmark came to on one target.

    Attributes:
        target: the device's name.
        survey: what it is.
        results: one a variant that was asked for and has latencies, now or from before.
        failures: what was not measured in this run, with the reasons.
        already: measurements that were in the file before.
    """

    target: str
    survey: Survey
    results: list[Result]
    failures: list[Failure]
    already: int


@dataclass(frozen=True)
class Benchmark:
    """What is measured and how; the same for every target.

    Attributes:
        run: name of this run, unlike that of any other.
        bundle: what is measured.
        selection: which of its variants.
        samples: the texts, one a bucket.
        repeats: cold repeats.
        method: how each is measured.
        file: where the records go.
        heat: what each repeat waits for; None waits for nothing.
    """

    run: str
    bundle: Bundle
    selection: Selection
    samples: tuple[Sample, ...]
    repeats: int
    method: Method
    file: RecordFile
    heat: Heat | None = None

    def measure(self, target: Target, channel: Channel, *, progress: Progress, say: Say) -> Outcome:
        """Measure on one target what the file lacks.

        Args:
            target: the device; it is not closed here.
            channel: to the target.
            progress: called with (what is done, steps done, steps in all).
            say: takes a line about what is skipped or failed.

        Raises:
            EdgebertError: the device cannot be reached, lacks something or goes away; the file's
                measurements are unlike. What was measured until then is in the file.

        """
        return _Job(self, target, channel, progress, say).carry_out()


class _Job:
    """One target's share of a benchmark."""

    def __init__(
        self, benchmark: Benchmark, target: Target, channel: Channel, progress: Progress, say: Say
    ) -> None:
        self._benchmark = benchmark
        self._target = target
        self._channel = channel
        self._progress = progress
        self._say = say
        self._digest = benchmark.bundle.digest

    def carry_out(self) -> Outcome:
        survey = self._survey()
        variants = self._benchmark.selection.variants(self._benchmark.bundle, survey.engines)
        check_alike(
            self._benchmark.file.path,
            self._records(),
            survey,
            self._benchmark.method,
            self._benchmark.samples,
        )
        timed = {(r.variant, r.repeat) for r in self._records() if isinstance(r, Latency)}
        weighed = {r.variant for r in self._records() if isinstance(r, Memory)}
        repeats = range(1, self._benchmark.repeats + 1)
        latency = {n: [v for v in variants if (v, n) not in timed] for n in repeats}
        memory = [variant for variant in variants if variant not in weighed]
        already = len(variants) * (len(repeats) + 1) - len(memory)
        already -= sum(map(len, latency.values()))
        if already:
            self._say(
                f"{already} of {len(variants) * (len(repeats) + 1)} measurements are in "
                f"{self._benchmark.file.path} already and are not repeated"
            )
        missing = [v for v in variants if v in memory or any(v in m for m in latency.values())]
        if missing:
            self._measure(survey, missing, latency, memory)
        return Outcome(
            self._target.name,
            survey,
            results_of(self._records(), variants),
            failures_of(self._records(), self._benchmark.run),
            already,
        )

    def _measure(
        self,
        survey: Survey,
        missing: list[Variant],
        latency: dict[int, list[Variant]],
        memory: list[Variant],
    ) -> None:
        """Prove what is missing, then measure what was proved."""
        self._progress("copying the bundle", 0, 0)
        backends = dict.fromkeys(engine_named(variant.engine).backend for variant in missing)
        folder = self._target.place(self._benchmark.bundle, tuple(backends))
        refused = self._prove(survey, folder, missing)
        for repeat, variants in latency.items():
            self._run("latency", folder, _without(variants, refused), repeat)
        proved = _without(memory, refused)
        for number, variant in enumerate(proved):
            self._progress("memory", number, len(proved))
            self._run("memory", folder, [variant])

    def _survey(self) -> Survey:
        self._progress("looking around", 0, 0)
        for message in self._channel.run(self._plan("survey")):
            if isinstance(message, Survey):
                return message
        raise EdgebertError(f"{self._target.name}: the worker did not say what there is")

    def _prove(
        self, survey: Survey, folder: str, variants: list[Variant]
    ) -> set[tuple[str, str, int | None]]:
        """Run the self-tests; record and return (engine, mode, threads) of those that failed."""
        refused: set[tuple[str, str, int | None]] = set()
        for message in self._channel.run(self._plan("proof", folder, variants)):
            if isinstance(message, Step):
                self._progress("self-test", message.done, message.total)
            if isinstance(message, Proof) and message.problem is not None:
                refused.add((message.engine, message.mode, message.threads))
                self._benchmark.file.append(self._failure(survey, message, message.problem))
        return refused

    def _run(self, stage: Stage, folder: str, variants: list[Variant], repeat: int = 1) -> None:
        """Run one process of a stage and file its records as they come."""
        if not variants:
            return
        waits = hot = False
        name = f"repeat {repeat} of {self._benchmark.repeats}" if stage == "latency" else stage
        for message in self._channel.run(self._plan(stage, folder, variants, repeat)):
            if isinstance(message, Step):
                self._progress(name, message.done, message.total)
            if isinstance(message, Cooling):
                if not waits:
                    self._say(f"{name} waits, {_countdown(message)}")
                waits = True
                self._progress(_countdown(message), 0, 0)
            if isinstance(message, Latency | Memory):
                self._benchmark.file.append(message)
                hot = hot or (isinstance(message, Latency) and _is_too_hot(message))
        if hot:
            self._say(f"{name} began too hot: waiting did not help; its records say so")

    def _plan(
        self, stage: Stage, folder: str = "", variants: Sequence[Variant] = (), repeat: int = 1
    ) -> Plan:
        buckets = {variant.bucket for variant in variants}
        return Plan(
            schema=SCHEMA,
            stage=stage,
            run=self._benchmark.run,
            target=self._target.name,
            bundle=folder,
            digest=self._digest,
            repeat=repeat,
            method=self._benchmark.method,
            variants=tuple(variants),
            samples=tuple(s for s in self._benchmark.samples if s.bucket in buckets),
            heat=self._benchmark.heat,
        )

    def _failure(self, survey: Survey, proof: Proof, reason: str) -> Failure:
        origin = Origin(
            schema=SCHEMA,
            run=self._benchmark.run,
            time=utc_now(),
            target=self._target.name,
            bundle=self._digest,
            edgebert=survey.edgebert,
            engine_version=survey.engines[proof.engine],
            machine=survey.machine,
            method=self._benchmark.method,
        )
        return Failure(origin, proof.engine, proof.mode, proof.threads, reason)

    def _records(self) -> list[Record]:
        return self._benchmark.file.records(self._target.name, self._digest)


def _countdown(cooling: Cooling) -> str:
    return (
        f"cooling down: {cooling.celsius:.0f} °C now, begins at {cooling.limit:g} °C or in "
        f"{cooling.left_s:.0f} s"
    )


def _is_too_hot(record: Latency) -> bool:
    return record.waited is not None and record.waited.too_hot


def _without(variants: list[Variant], refused: set[tuple[str, str, int | None]]) -> list[Variant]:
    return [v for v in variants if (v.engine, v.mode, v.threads) not in refused]
