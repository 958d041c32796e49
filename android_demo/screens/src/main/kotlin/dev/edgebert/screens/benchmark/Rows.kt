package dev.edgebert.screens.benchmark

import dev.edgebert.core.bench.Variant
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.json.parseJson
import dev.edgebert.core.stats.Interval
import dev.edgebert.core.stats.Summary
import dev.edgebert.core.stats.medianInterval
import dev.edgebert.core.stats.summarize

/**
 * What was measured of one variant, times in milliseconds; summed up as `edgebert benchmark` does.
 *
 * @property repeats how many cold repeats there are of it.
 * @property model the bare model.
 * @property app from text to answer.
 * @property load opening the artifact.
 * @property first the first inference.
 * @property peakRss the most memory that was resident, in bytes; null where it was not measured.
 */
data class Row(
    val variant: Variant,
    val repeats: Int,
    val model: Summary,
    val app: Summary,
    val load: Interval,
    val first: Interval,
    val peakRss: Long?,
)

/** Sums up records, given as their lines; the variants come in the order of their first record. */
fun rowsOf(lines: List<String>): List<Row> {
    val records = lines.map { JsonNode(parseJson(it)) }
    fun ofKind(kind: String) = records.filter { it["kind"].text() == kind }
        .groupBy { variantOf(it["variant"]) }
    val memories = ofKind("memory")
    return ofKind("latency").map { (variant, latencies) ->
        Row(
            variant = variant,
            repeats = latencies.size,
            model = summarize(latencies.flatMap { it["model_ms"].numbers() }),
            app = summarize(latencies.flatMap { it["app_ms"].numbers() }),
            load = medianInterval(latencies.map { it["load_ms"].number() }),
            first = medianInterval(latencies.map { it["first_ms"].number() }),
            peakRss = memories[variant]?.first()?.get("peak_rss")?.orNull()?.long(),
        )
    }
}

/** Why artifacts were not measured, one line each: "litert static: it answers as ...". */
fun failuresOf(lines: List<String>): List<String> =
    lines.map { JsonNode(parseJson(it)) }.filter { it["kind"].text() == "failure" }
        .map { "${it["engine"].text()} ${it["mode"].text()}: ${it["reason"].text()}" }

private fun JsonNode.numbers(): List<Double> = items().map { it.number() }
