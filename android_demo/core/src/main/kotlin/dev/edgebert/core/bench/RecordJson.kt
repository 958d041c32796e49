package dev.edgebert.core.bench

import dev.edgebert.core.engine.Engine
import dev.edgebert.core.json.Json
import dev.edgebert.core.json.JsonBoolean
import dev.edgebert.core.json.JsonObject
import dev.edgebert.core.json.encode
import dev.edgebert.core.json.jsonObject
import dev.edgebert.core.json.toJson

/**
 * This record as a line of JSON without its end, in the format of `edgebert benchmark`: a file of
 * such lines is read by its tables and comparisons as one of its own.
 */
fun Record.toJsonLine(): String = when (this) {
    is LatencyRecord -> latency(this)
    is MemoryRecord -> memory(this)
    is FailureRecord -> failure(this)
}.encode()

/**
 * What there is on a device, as `edgebert benchmark` asks for it before it measures: a line of JSON
 * without its end.
 */
fun surveyJsonLine(machine: Machine, engines: List<Engine>): String = jsonObject(
    "kind" to "survey".toJson(),
    "edgebert" to CORE_VERSION.toJson(),
    "machine" to machine(machine),
    "engines" to JsonObject(engines.associate { it.name to it.version.toJson() }),
).encode()

private fun latency(record: LatencyRecord): JsonObject = jsonObject(
    "kind" to "latency".toJson(),
    "origin" to origin(record.origin),
    "variant" to variant(record.variant),
    "repeat" to record.repeat.toJson(),
    "sample" to sample(record.sample),
    "load_ms" to record.loadMs.toJson(),
    "first_ms" to record.firstMs.toJson(),
    "model_ms" to record.modelMs.toJson { it.toJson() },
    "app_ms" to record.appMs.toJson { it.toJson() },
    "before" to conditions(record.before),
    "after" to conditions(record.after),
)

private fun memory(record: MemoryRecord): JsonObject = jsonObject(
    "kind" to "memory".toJson(),
    "origin" to origin(record.origin),
    "variant" to variant(record.variant),
    "start_rss" to record.startRss?.toJson(),
    "peak_rss" to record.peakRss?.toJson(),
    "peak_pss" to record.peakPss?.toJson(),
)

private fun failure(record: FailureRecord): JsonObject = jsonObject(
    "kind" to "failure".toJson(),
    "origin" to origin(record.origin),
    "engine" to record.engine.toJson(),
    "mode" to record.mode.key.toJson(),
    "threads" to record.threads?.toJson(),
    "reason" to record.reason.toJson(),
)

private fun origin(origin: Origin): Json = jsonObject(
    "schema" to SCHEMA.toJson(),
    "run" to origin.run.toJson(),
    "time" to origin.time.toJson(),
    "target" to origin.target.toJson(),
    "bundle" to origin.bundle.toJson(),
    "edgebert" to CORE_VERSION.toJson(),
    "engine_version" to origin.engineVersion.toJson(),
    "machine" to machine(origin.machine),
    "method" to method(origin.method),
)

private fun variant(variant: Variant): Json = jsonObject(
    "engine" to variant.engine.toJson(),
    "mode" to variant.mode.key.toJson(),
    "bucket" to variant.bucket.toJson(),
    "threads" to variant.threads?.toJson(),
)

private fun sample(sample: Sample): Json = jsonObject(
    "bucket" to sample.bucket.toJson(),
    "text" to sample.text.toJson(),
    "pair" to sample.pair?.toJson(),
    "choices" to sample.choices.toJson { it.toJson() },
    "tokens" to sample.tokens.toJson { it.toJson() },
)

private fun machine(machine: Machine): Json = jsonObject(
    "cpu" to jsonObject(
        "model" to machine.cpu.model.toJson(),
        "board" to machine.cpu.board?.toJson(),
        "cores" to machine.cpu.cores.toJson(),
        "threads" to machine.cpu.threads.toJson(),
        "features" to machine.cpu.features.toJson(::JsonBoolean),
    ),
    "architecture" to machine.architecture.toJson(),
    "system" to machine.system.toJson(),
    "python" to "none".toJson(), // the format asks for one
)

private fun method(method: Method): Json = jsonObject(
    "iterations" to method.iterations.toJson(),
    "warm_ups" to method.warmUps.toJson(),
    "turn" to method.turn.toJson(),
    "settle_ms" to method.settleMs.toJson(),
)

private fun conditions(conditions: Conditions): Json = jsonObject(
    "time" to conditions.time.toJson(),
    "load" to conditions.load?.toJson(),
    "governors" to conditions.governors.toJson { it.toJson() },
    "megahertz" to conditions.megahertz.toJson { it.toJson() },
    "celsius" to conditions.celsius.toJson { it.toJson() },
)
