"""What a worker does in each stage of a benchmark; runs on the device."""

import gc
import random
from collections.abc import Callable, Iterator
from functools import partial

from edgebert.bench.cooling import cool_down
from edgebert.bench.environment import (
    edgebert_version,
    read_conditions,
    read_machine,
    utc_now,
)
from edgebert.bench.facts import facts_of
from edgebert.bench.process_memory import peak_resident_bytes, proportional_bytes, resident_bytes
from edgebert.bench.protocol import (
    SCHEMA,
    AnyMessage,
    Latency,
    Memory,
    Origin,
    Plan,
    Proof,
    Sample,
    Step,
    Survey,
    Variant,
)
from edgebert.bench.samples import request_of
from edgebert.bench.turns import measure_in_turns, milliseconds
from edgebert.bundle import Bundle, open_bundle, run_self_test
from edgebert.engines import available, engine_named
from edgebert.engines.inputs import pad_inputs
from edgebert.engines.session import Int32Array, Session
from edgebert.errors import EdgebertError
from edgebert.pipeline import Pipeline, Runtime
from edgebert.tasks import task_for

Send = Callable[[AnyMessage], None]


def perform(plan: Plan, send: Send) -> None:
    """Carry out a plan.

    Args:
        plan: what to do.
        send: takes each message as soon as it is there.

    Raises:
        EdgebertError: the bundle cannot be read, or an engine cannot run it.

    """
    if plan.stage == "survey":
        engines = {engine.name: engine.version() or "unknown" for engine in available()}
        send(Survey(edgebert_version(), read_machine(), engines))
        return
    bundle = open_bundle(plan.bundle)
    stages = {"proof": _prove, "latency": _time, "memory": _weigh}
    stages[plan.stage](plan, bundle, send)


def _prove(plan: Plan, bundle: Bundle, send: Send) -> None:
    """Run the self-test of every artifact that is to be measured, as it is to be measured."""
    cases = list(dict.fromkeys((v.engine, v.mode, v.threads) for v in plan.variants))
    for number, (engine, mode, threads) in enumerate(cases, start=1):
        try:
            problem = run_self_test(bundle, engine_named(engine), mode, threads).problem
        except EdgebertError as error:
            problem = str(error)
        send(Proof(engine, mode, threads, problem))
        send(Step(number, len(cases)))


def _time(plan: Plan, bundle: Bundle, send: Send) -> None:
    """Time loading and the first inference of each variant alone, then the rest in turns."""
    waited = None if plan.heat is None else cool_down(plan.heat, send)
    samples = {sample.bucket: sample for sample in plan.samples}
    feeds = {bucket: _feed(bundle, sample) for bucket, sample in samples.items()}
    order = list(plan.variants)
    random.Random(plan.repeat).shuffle(order)
    # Importing a runtime, and what it does once a process, is no variant's own: not timed.
    for variant in {(v.engine, v.mode): v for v in order}.values():
        _load_and_run(bundle, variant, feeds)
    before = read_conditions()
    cold = {variant: _load_and_run(bundle, variant, feeds) for variant in order}
    runs = dict(_runs(bundle, plan.variants, samples, feeds))
    times = measure_in_turns(
        runs,
        plan.method,
        seed=plan.repeat,
        progress=lambda done, total: send(Step(done, total)),
    )
    after = read_conditions()
    for variant in plan.variants:
        send(
            Latency(
                origin=_origin(plan, variant),
                variant=variant,
                repeat=plan.repeat,
                sample=samples[variant.bucket],
                load_ms=cold[variant][0],
                first_ms=cold[variant][1],
                model_ms=tuple(times[variant, "model"]),
                app_ms=tuple(times[variant, "app"]),
                before=before,
                after=after,
                facts=facts_of(bundle.manifest, engine_named(variant.engine).backend, variant.mode),
                waited=waited,
            )
        )


def _weigh(plan: Plan, bundle: Bundle, send: Send) -> None:
    """Watch this process's memory while it loads and runs one variant."""
    variant, sample = plan.variants[0], plan.samples[0]
    feed = _feed(bundle, sample)
    start = resident_bytes()
    session = _open(bundle, variant)
    seen = [proportional_bytes()]
    for _ in range(max(1, plan.method.warm_ups)):
        session.run(feed)
        seen.append(proportional_bytes())
    send(
        Memory(
            origin=_origin(plan, variant),
            variant=variant,
            start_rss=start,
            peak_rss=peak_resident_bytes(),
            peak_pss=max((size for size in seen if size is not None), default=None),
        )
    )


def _load_and_run(
    bundle: Bundle, variant: Variant, feeds: dict[int, dict[str, Int32Array]]
) -> tuple[float, float]:
    """Return the milliseconds of opening an artifact and of its first inference."""
    gc.collect()  # sessions before this one are gone
    opened: list[Session] = []
    load = milliseconds(lambda: opened.append(_open(bundle, variant)))
    return load, milliseconds(partial(opened[0].run, feeds[variant.bucket]))


def _runs(
    bundle: Bundle,
    variants: tuple[Variant, ...],
    samples: dict[int, Sample],
    feeds: dict[int, dict[str, Int32Array]],
) -> Iterator[tuple[tuple[Variant, str], Callable[[], object]]]:
    """Yield what is timed in turns; variants that differ in the bucket alone share a session."""
    pipelines: dict[tuple[str, str, int | None], tuple[Session, Pipeline]] = {}
    for variant in variants:
        key = (variant.engine, variant.mode, variant.threads)
        if key not in pipelines:
            session = _open(bundle, variant)
            pipelines[key] = session, Pipeline(bundle, session, _runtime(bundle, variant))
        session, pipeline = pipelines[key]
        request = request_of(samples[variant.bucket])
        yield (variant, "model"), partial(session.run, feeds[variant.bucket])
        yield (variant, "app"), partial(pipeline.run, request)


def _open(bundle: Bundle, variant: Variant) -> Session:
    return bundle.open_session(engine_named(variant.engine), variant.mode, variant.threads)


def _runtime(bundle: Bundle, variant: Variant) -> Runtime:
    engine = engine_named(variant.engine)
    artifact = bundle.artifact(engine.backend, variant.mode)
    return Runtime.of(engine, artifact, variant.threads)


def _feed(bundle: Bundle, sample: Sample) -> dict[str, Int32Array]:
    """Return the padded inputs of a sample's first run."""
    encoding = task_for(bundle.manifest, bundle.tokenizer).encode(request_of(sample)).encodings[0]
    return pad_inputs(
        encoding.input_ids,
        encoding.token_type_ids,
        sample.bucket,
        bundle.tokenizer.pad_id,
        bundle.manifest.inputs,
    )


def _origin(plan: Plan, variant: Variant) -> Origin:
    return Origin(
        schema=SCHEMA,
        run=plan.run,
        time=utc_now(),
        target=plan.target,
        bundle=plan.digest,
        edgebert=edgebert_version(),
        engine_version=engine_named(variant.engine).version() or "unknown",
        machine=read_machine(),
        method=plan.method,
    )
