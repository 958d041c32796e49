"""Records such as a benchmark writes, made by hand: several devices, heat, failures, mischief."""

import msgspec

from edgebert.bench.environment import Conditions, Machine
from edgebert.bench.facts import ArtifactFacts
from edgebert.bench.protocol import (
    SCHEMA,
    Failure,
    Latency,
    Memory,
    Method,
    Origin,
    Record,
    Sample,
    Variant,
)
from edgebert.bundle.manifest import Accuracy, AccuracyFigure, Fidelity
from edgebert.doctor import Cpu

PI = Machine(
    Cpu("4 x Cortex-A76", "Raspberry Pi 5", 4, 4, {"asimddp": True, "i8mm": False}),
    "aarch64",
    "Linux 6.6",
    "3.11.2",
)
PHONE = Machine(
    Cpu("4 x Cortex-A55 + 4 x Cortex-A76", None, 8, 8, {"asimddp": True}),
    "aarch64",
    "Android 14",
    "3.13.1",
)
ORIGIN = Origin(
    SCHEMA,
    "run",
    "2025-01-01T10:00:00+00:00",
    "pi",
    "ab" * 32,
    "0.1.0",
    "2.3.0",
    PI,
    Method(iterations=4),
)
SIZES = {"fp32": 90_000_000, "dynamic": 23_000_000, "static": 24_000_000}
SPEED = {"fp32": 1.0, "dynamic": 0.5, "static": 0.3}
BACKENDS = {"litert": "litert", "onnxruntime": "onnx", "executorch": "executorch"}
SUFFIXES = {"litert": "tflite", "onnxruntime": "onnx", "executorch": "pte"}


def state(minute: int = 0, **celsius: float) -> Conditions:
    time = f"2025-01-01T10:{minute:02}:00+00:00"
    return Conditions(time, 0.1, ("ondemand",), (2400, 2400), celsius)


def facts(
    engine: str = "litert",
    mode: str = "static",
    *,
    value: float | None = None,
    agreement: float | None = 0.99,
    size: int | None = None,
) -> ArtifactFacts:
    backend = BACKENDS[engine]
    figure = AccuracyFigure(backend, mode, "accuracy", 0.95, value or 0.0, -0.01, 0.01)
    return ArtifactFacts(
        model="tiny",
        task="text-classification",
        path=f"model.{mode}.{SUFFIXES[engine]}",
        size=size or SIZES[mode],
        accuracy=None if value is None else Accuracy("test.jsonl", "0" * 64, 500, (figure,)),
        agreement=None
        if agreement is None or mode == "fp32"
        else Fidelity(backend, mode, 16, "fp32", 64, True, 0.1, 30.0, agreement, agreement - 0.1),
    )


def latency(
    engine: str = "litert",
    mode: str = "static",
    bucket: int = 16,
    threads: int | None = 1,
    *,
    repeat: int = 1,
    model: tuple[float, ...] = (1.0, 1.1, 1.2, 1.3),
    known: ArtifactFacts | None = None,
    before: Conditions | None = None,
    after: Conditions | None = None,
    text: str = "some text",
    **origin: object,
) -> Latency:
    return Latency(
        origin=msgspec.structs.replace(ORIGIN, **origin),
        variant=Variant(engine, mode, bucket, threads),
        repeat=repeat,
        sample=Sample(bucket, text, None, (), (bucket,)),
        load_ms=5.0,
        first_ms=3.0,
        model_ms=model,
        app_ms=tuple(2 * time for time in model),
        before=before or state(2 * repeat),
        after=after or state(2 * repeat + 1),
        facts=known,
    )


def memory(engine: str = "litert", mode: str = "static", bucket: int = 16, **origin) -> Memory:
    variant = Variant(engine, mode, bucket, 1)
    origin = msgspec.structs.replace(ORIGIN, **origin)
    return Memory(origin, variant, 20_000_000, 60_000_000 + SIZES[mode], 50_000_000 + SIZES[mode])


def failure(engine: str = "litert", mode: str = "static", reason: str = "wrong", **origin):
    return Failure(msgspec.structs.replace(ORIGIN, **origin), engine, mode, 1, reason)


def full(target: str = "pi", machine: Machine = PI, scale: float = 1.0) -> list[Record]:
    """A whole benchmark: three engines, three modes, two lengths, two thread counts, heat."""
    records: list[Record] = []
    origin = {"target": target, "machine": machine}
    for repeat in (1, 2):
        before = state(4 * repeat, cpu=45.0 + repeat, gpu=44.0, battery=30.0, skin=29.0, modem=28.0)
        after = state(4 * repeat + 3, cpu=52.0 + repeat, gpu=46.0, battery=31.0, skin=30.0)
        for place, engine in enumerate(BACKENDS):
            for mode, share in SPEED.items():
                known = facts(engine, mode, value={"fp32": 0.95, "dynamic": 0.947}.get(mode, 0.944))
                for bucket in (16, 128):
                    for threads in (1, 2):
                        middle = scale * share * bucket / 8 * (1 + place / 4) / threads**0.5
                        times = tuple(middle * (1 + n / 40) for n in range(4))
                        records.append(
                            latency(
                                engine,
                                mode,
                                bucket,
                                threads,
                                repeat=repeat,
                                model=times,
                                known=known,
                                before=before,
                                after=after,
                                engine_version="1.0",
                                **origin,
                            )
                        )
    for engine in BACKENDS:
        for mode in SPEED:
            records.append(memory(engine, mode, engine_version="1.0", **origin))
    return records


def lines_of(records: list[Record]) -> bytes:
    return b"".join(msgspec.json.encode(record) + b"\n" for record in records)
