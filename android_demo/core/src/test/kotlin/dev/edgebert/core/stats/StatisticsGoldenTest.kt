package dev.edgebert.core.stats

import dev.edgebert.core.golden
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.numbers
import kotlin.math.abs
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** The figures of tests/golden/statistics.json, intervals and their resamples included. */
class StatisticsGoldenTest {
    private val file = golden("statistics.json")

    @Test
    fun summaries() {
        val cases = file["summaries"].items()
        assertTrue(cases.size >= 10)
        for (case in cases) {
            val found = summarize(case["values"].numbers())
            val expected = case["summary"]
            assertEquals(expected["n"].int(), found.n)
            assertClose(expected["minimum"], found.minimum)
            assertClose(expected["median"], found.median)
            assertClose(expected["mean"], found.mean)
            assertClose(expected["p90"], found.p90)
            assertClose(expected["p95"], found.p95)
            assertClose(expected["p99"], found.p99)
            assertClose(expected["mad"], found.mad)
            assertClose(expected["low"], found.low)
            assertClose(expected["high"], found.high)
            when (val deviation = expected["deviation"].orNull()) {
                null -> assertNull(found.deviation)
                else -> assertClose(deviation, found.deviation ?: Double.NaN)
            }
        }
    }

    @Test
    fun ratios() {
        val cases = file["ratios"].items()
        assertTrue(cases.isNotEmpty())
        for (case in cases) {
            val found = pairedRatio(case["values"].numbers(), case["reference"].numbers())
            assertEquals(case["interval"]["n"].int(), found.n)
            assertClose(case["interval"]["median"], found.median)
            assertClose(case["interval"]["low"], found.low)
            assertClose(case["interval"]["high"], found.high)
        }
        assertFailsWith<IllegalArgumentException> { pairedRatio(listOf(1.0), listOf(1.0, 2.0)) }
    }

    /** Sums may be rounded in another order: equal to twelve digits. */
    private fun assertClose(expected: JsonNode, found: Double) {
        val value = expected.number()
        val difference = abs(found - value)
        assertTrue(difference <= 1e-12 * maxOf(1.0, abs(value)), "${expected.place}: $found, not $value")
    }
}
