package dev.edgebert.core.stats

import kotlin.math.abs
import kotlin.math.sqrt

/** The median with its 95 % bootstrap interval, over n values. */
data class Interval(val n: Int, val median: Double, val low: Double, val high: Double)

/**
 * Figures of n values, in their unit; defined as `edgebert/bench/statistics.py` has them.
 *
 * @property median the middle one, or the mean of the middle two.
 * @property p90 90 % of the values are not larger; between two values, linearly interpolated.
 * @property p95 the same for 95 %.
 * @property p99 the same for 99 %.
 * @property deviation the sample's standard deviation (n - 1 in the divisor); null for one value.
 * @property mad median absolute deviation from the median, not scaled.
 * @property low lower end of the median's 95 % bootstrap interval.
 * @property high upper end.
 */
data class Summary(
    val n: Int,
    val minimum: Double,
    val median: Double,
    val mean: Double,
    val p90: Double,
    val p95: Double,
    val p99: Double,
    val deviation: Double?,
    val mad: Double,
    val low: Double,
    val high: Double,
)

/** Sums up one or more values. */
fun summarize(values: List<Double>): Summary {
    val sorted = values.sorted()
    val center = medianInterval(values)
    val mean = values.average()
    val squares = values.sumOf { (it - mean) * (it - mean) }
    return Summary(
        n = values.size,
        minimum = sorted.first(),
        median = center.median,
        mean = mean,
        p90 = percentile(sorted, 90.0),
        p95 = percentile(sorted, 95.0),
        p99 = percentile(sorted, 99.0),
        deviation = if (values.size > 1) sqrt(squares / (values.size - 1)) else null,
        mad = median(values.map { abs(it - center.median) }),
        low = center.low,
        high = center.high,
    )
}

/** The middle one of one or more values, or the mean of the middle two. */
fun median(values: List<Double>): Double {
    val sorted = values.toDoubleArray().apply { sort() }
    return medianOfSorted(sorted)
}

/**
 * The median and its interval by the percentile bootstrap (Efron, 1979): 2000 resamples with a
 * fixed seed, the same ones as in Python, so that a phone shows what the workstation shows.
 */
fun medianInterval(values: List<Double>): Interval {
    val picks = Pcg64()
    val resample = DoubleArray(values.size)
    val medians = List(RESAMPLES) {
        for (at in resample.indices) resample[at] = values[picks.nextIndex(values.size)]
        resample.sort()
        medianOfSorted(resample)
    }.sorted()
    return Interval(
        values.size,
        median(values),
        percentile(medians, TAIL_PERCENT),
        percentile(medians, 100 - TAIL_PERCENT),
    )
}

/**
 * The median of the ratios, pair by pair.
 *
 * @param values one a pair.
 * @param reference what they are divided by; as many, none of them 0.
 */
fun pairedRatio(values: List<Double>, reference: List<Double>): Interval {
    require(values.size == reference.size) { "${values.size} values, ${reference.size} references" }
    return medianInterval(values.zip(reference) { value, its -> value / its })
}

private const val RESAMPLES = 2000
private const val TAIL_PERCENT = 2.5

private fun medianOfSorted(sorted: DoubleArray): Double {
    val middle = sorted.size / 2
    return if (sorted.size % 2 == 1) sorted[middle] else (sorted[middle - 1] + sorted[middle]) / 2
}

/** The value below which `percent` of the sorted values lie, linearly interpolated. */
private fun percentile(sorted: List<Double>, percent: Double): Double {
    val place = (sorted.size - 1) * percent / 100
    val below = place.toInt()
    val above = minOf(below + 1, sorted.size - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below)
}
