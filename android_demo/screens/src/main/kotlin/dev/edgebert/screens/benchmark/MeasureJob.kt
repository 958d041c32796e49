package dev.edgebert.screens.benchmark

import dev.edgebert.core.bench.Method
import dev.edgebert.core.bench.Variant
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.json.Json
import dev.edgebert.core.json.JsonException
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.json.encode
import dev.edgebert.core.json.jsonObject
import dev.edgebert.core.json.parseJson
import dev.edgebert.core.json.toJson

/** What one fresh process is to do. */
sealed interface MeasureTask {
    /** Say what there is: the device and the engines. */
    data object Survey : MeasureTask

    /** Run the self-test of every artifact that is to be measured. */
    data object Prove : MeasureTask

    /** Measure the latency of all variants in turns; which repeat this is, from 1. */
    data class Latency(val repeat: Int) : MeasureTask

    /** Watch the memory while the only variant loads and runs. */
    data object Memory : MeasureTask
}

/**
 * A job for a fresh process, as a text can carry it there.
 *
 * @property bundle the bundle's folder; from a computer it comes with the bundle's name.
 * @property run name of the benchmark run.
 * @property target name of the device.
 */
data class MeasureJob(
    val task: MeasureTask,
    val bundle: String,
    val run: String,
    val target: String,
    val variants: List<Variant>,
    val method: Method,
) {
    /** This job as JSON. */
    fun toText(): String = jsonObject(
        "task" to when (task) {
            MeasureTask.Survey -> "survey"
            MeasureTask.Prove -> "prove"
            is MeasureTask.Latency -> "latency"
            MeasureTask.Memory -> "memory"
        }.toJson(),
        "repeat" to (task as? MeasureTask.Latency)?.repeat?.toJson(),
        "bundle" to bundle.toJson(),
        "run" to run.toJson(),
        "target" to target.toJson(),
        "variants" to variants.toJson(::variantJson),
        "iterations" to method.iterations.toJson(),
        "warm_ups" to method.warmUps.toJson(),
        "turn" to method.turn.toJson(),
        "settle_ms" to method.settleMs.toJson(),
    ).encode()

    companion object {
        /** Reads what [toText] wrote. */
        fun ofText(text: String): MeasureJob {
            val root = JsonNode(parseJson(text))
            return MeasureJob(
                task = when (val task = root["task"].text()) {
                    "survey" -> MeasureTask.Survey
                    "prove" -> MeasureTask.Prove
                    "latency" -> MeasureTask.Latency(root["repeat"].int())
                    "memory" -> MeasureTask.Memory
                    else -> throw JsonException("found task $task, which this app does not know")
                },
                bundle = root["bundle"].text(),
                run = root["run"].text(),
                target = root["target"].text(),
                variants = root["variants"].items().map(::variantOf),
                method = Method(
                    iterations = root["iterations"].int(),
                    warmUps = root["warm_ups"].int(),
                    turn = root["turn"].int(),
                    settleMs = root["settle_ms"].number(),
                ),
            )
        }
    }
}

/**
 * What a fresh process found.
 *
 * @property lines the records, as `edgebert benchmark` has them, one a line.
 * @property proved the variants that passed their self-test; none for another task than that.
 */
data class Measured(val lines: List<String>, val proved: List<Variant>) {
    /** This as JSON. */
    fun toText(): String = jsonObject(
        "lines" to lines.toJson { it.toJson() },
        "proved" to proved.toJson(::variantJson),
    ).encode()

    companion object {
        /** Reads what [toText] wrote. */
        fun ofText(text: String): Measured {
            val root = JsonNode(parseJson(text))
            return Measured(
                root["lines"].items().map { it.text() },
                root["proved"].items().map(::variantOf),
            )
        }
    }
}

/** A variant as records and jobs have it. */
internal fun variantJson(variant: Variant): Json = jsonObject(
    "engine" to variant.engine.toJson(),
    "mode" to variant.mode.key.toJson(),
    "bucket" to variant.bucket.toJson(),
    "threads" to variant.threads?.toJson(),
)

/** Reads a variant as records and jobs have it. */
internal fun variantOf(node: JsonNode) = Variant(
    node["engine"].text(),
    node["mode"].text().let { key ->
        Mode.entries.firstOrNull { it.key == key } ?: throw JsonException("found mode $key")
    },
    node["bucket"].int(),
    node["threads"].orNull()?.int(),
)
