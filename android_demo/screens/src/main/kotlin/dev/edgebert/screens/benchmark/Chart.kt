package dev.edgebert.screens.benchmark

import dev.edgebert.core.bench.Variant
import kotlin.math.ceil
import kotlin.math.floor
import kotlin.math.log10
import kotlin.math.pow

/** One bar: the median of a variant's latency with its 95 % interval, in milliseconds. */
data class Bar(val variant: Variant, val median: Double, val low: Double, val high: Double)

/**
 * What a chart of bars draws.
 *
 * @property ticks where the axis is labelled: 0, and then whole steps of 1, 2 or 5 times a power
 *   of ten.
 */
data class Chart(val bars: List<Bar>, val ticks: List<Double>) {
    /** The end of the axis; nothing is longer. */
    val end: Double get() = ticks.last()
}

/** Draws the latency from text to answer; null where nothing was measured. */
fun chartOf(rows: List<Row>): Chart? {
    val bars = rows.map { Bar(it.variant, it.app.median, it.app.low, it.app.high) }
    val longest = bars.maxOfOrNull { it.high } ?: return null
    val step = stepFor(longest)
    // A shave less than whole: rounding must not add an empty step.
    val count = maxOf(1, ceil(longest / step - ROUNDING).toInt())
    return Chart(bars, (0..count).map { it * step })
}

/** A step of 1, 2 or 5 times a power of ten, such that five of them or fewer reach `longest`. */
private fun stepFor(longest: Double): Double {
    val least = longest / MOST_STEPS
    val power = 10.0.pow(floor(log10(least)))
    return listOf(1.0, 2.0, 5.0, 10.0).map { it * power }.first { it >= least * (1 - ROUNDING) }
}

private const val MOST_STEPS = 5
private const val ROUNDING = 1e-9
