"""What host and worker say to each other: a plan goes in, messages and records come out.

The worker reads one plan, as one line of JSON, from its standard input and writes one message a
line to its standard output. Its input stays open meanwhile: when it ends, the host is gone and the
worker stops.
"""

from typing import Literal

import msgspec

from edgebert.bench.environment import Conditions, Machine
from edgebert.bench.facts import ArtifactFacts
from edgebert.bundle.manifest import Mode

SCHEMA = 1
"""Version of plans and records; a worker refuses a plan, and a reader a record, of another."""

Stage = Literal["survey", "proof", "latency", "memory"]


class Variant(msgspec.Struct, frozen=True):
    """One thing that is measured: an artifact on an engine, in one length, with some threads.

    Attributes:
        engine: the engine's name.
        mode: the artifact's precision mode.
        bucket: the length in tokens.
        threads: threads the engine may use; None leaves the number to it.
    """

    engine: str
    mode: Mode
    bucket: int
    threads: int | None

    def __str__(self) -> str:
        word = "thread" if self.threads == 1 else "threads"
        threads = "" if self.threads is None else f", {self.threads} {word}"
        return f"{self.engine} {self.mode}, {self.bucket} tokens{threads}"


class Method(msgspec.Struct, frozen=True):
    """How latency is measured within one process.

    Variants take turns. A turn begins with inferences that do not count: `warm_ups` of them at
    least, and for `settle_ms` at least, because an engine that had its turn before may still keep
    the cores busy (ONNX Runtime's threads wait for more work for about 40 ms).

    Attributes:
        iterations: inferences that count, of each variant in each process.
        warm_ups: inferences that do not count, at the start of each turn.
        turn: inferences that count in one turn.
        settle_ms: shortest time from the start of a turn to its first inference that counts.
    """

    iterations: int = 20
    warm_ups: int = 3
    turn: int = 5
    settle_ms: float = 50.0


class Heat(msgspec.Struct, frozen=True):
    """How hot a device may be when a repeat begins, and for how many seconds to wait for it."""

    celsius: float
    patience_s: float = 600.0


class Waited(msgspec.Struct, frozen=True):
    """How many seconds a repeat waited for the device to cool, and whether in vain."""

    seconds: float
    too_hot: bool


class Sample(msgspec.Struct, frozen=True):
    """The text that a bucket is measured with: parts of a request, and tokens of each run."""

    bucket: int
    text: str
    pair: str | None
    choices: tuple[str, ...]
    tokens: tuple[int, ...]


class Plan(msgspec.Struct, frozen=True):
    """What one worker process is to do.

    Attributes:
        schema: `SCHEMA` of who wrote it.
        stage: survey (what is there), proof (self-tests), latency, or memory (of one variant).
        run: name of the benchmark run that this belongs to.
        target: name of the device.
        bundle: the bundle's folder on the device; empty in a survey.
        digest: the bundle's digest.
        repeat: which cold repeat this is, from 1.
        method: how to measure.
        variants: what to measure.
        samples: the texts, one for each bucket of the variants.
        heat: what to wait for before anything is timed; None waits for nothing.
    """

    schema: int
    stage: Stage
    run: str
    target: str
    bundle: str = ""
    digest: str = ""
    repeat: int = 1
    method: Method = Method()
    variants: tuple[Variant, ...] = ()
    samples: tuple[Sample, ...] = ()
    heat: Heat | None = None


class Message(msgspec.Struct, frozen=True, tag_field="kind", tag=str.lower):
    """Base of what a worker sends; `kind` is the class's name in lower case."""


class Survey(Message, frozen=True):
    """What there is on a device: edgebert, the machine, and its engines' versions by name."""

    edgebert: str
    machine: Machine
    engines: dict[str, str]


class Proof(Message, frozen=True):
    """What a self-test said; `problem` is one line, or None where it passed."""

    engine: str
    mode: Mode
    threads: int | None
    problem: str | None


class Step(Message, frozen=True):
    """Progress within a stage."""

    done: int
    total: int


class Cooling(Message, frozen=True):
    """The device is too hot: its hottest sensor, the limit, and seconds until patience ends."""

    celsius: float
    limit: float
    left_s: float


class Problem(Message, frozen=True):
    """Why the worker gave up, in one line, with the exit status that the command should have."""

    line: str
    status: int


class Finished(Message, frozen=True):
    """The last message of a plan that was carried out."""


class Origin(msgspec.Struct, frozen=True):
    """Where a record comes from.

    Attributes:
        schema: `SCHEMA` of who wrote it.
        run: name of the benchmark run; figures of one run and repeat were measured in turns.
        time: when it was written, UTC, ISO 8601.
        target: name of the device.
        bundle: the bundle's digest: SHA-256 of its manifest, which holds that of all other files.
        edgebert: version on the device.
        engine_version: version on the device.
        machine: the device.
        method: how it was measured.
    """

    schema: int
    run: str
    time: str
    target: str
    bundle: str
    edgebert: str
    engine_version: str
    machine: Machine
    method: Method


class Latency(Message, frozen=True, omit_defaults=True):
    """One variant in one cold repeat, all times in milliseconds.

    Attributes:
        origin: where it comes from.
        variant: what was measured.
        repeat: which cold repeat, from 1.
        sample: the text.
        load_ms: opening the artifact, its file being in memory and the runtime imported.
        first_ms: the first inference, with what the engine puts off until then.
        model_ms: the bare model, one value an iteration, in their order.
        app_ms: the same from text to answer: tokenize, run, decode.
        before: the machine's state before the repeat.
        after: and after it.
        facts: what the bundle says of the artifact; the apps leave it out.
        waited: for the device to cool down, before the repeat; None where nobody asked for that.
    """

    origin: Origin
    variant: Variant
    repeat: int
    sample: Sample
    load_ms: float
    first_ms: float
    model_ms: tuple[float, ...]
    app_ms: tuple[float, ...]
    before: Conditions
    after: Conditions
    facts: ArtifactFacts | None = None
    waited: Waited | None = None


class Memory(Message, frozen=True):
    """Memory of a process that runs one variant and nothing else, in bytes.

    Attributes:
        origin: where it comes from.
        variant: what ran.
        start_rss: resident before the artifact was opened: Python, numpy, edgebert.
        peak_rss: the most that was resident; None where the system does not tell.
        peak_pss: the largest proportional set size (shared pages divided among their users) seen
            after loading and after each inference; None where the system does not tell.
    """

    origin: Origin
    variant: Variant
    start_rss: int | None
    peak_rss: int | None
    peak_pss: int | None


class Failure(Message, frozen=True):
    """An artifact that is not measured on an engine, with the reason in one line."""

    origin: Origin
    engine: str
    mode: Mode
    threads: int | None
    reason: str


Record = Latency | Memory | Failure
AnyMessage = Survey | Proof | Step | Cooling | Problem | Finished | Latency | Memory
