package dev.edgebert.screens.benchmark

import dev.edgebert.core.bench.Variant
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.stats.Interval
import dev.edgebert.core.stats.summarize
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

class ChartTest {
    private fun chart(vararg milliseconds: Double) = chartOf(
        milliseconds.map {
            val times = summarize(listOf(it))
            val once = Interval(1, it, it, it)
            Row(Variant("litert", Mode.STATIC, 32, null), 1, times, times, once, once, peakRss = null)
        }
    )

    @Test
    fun `steps are round and enough`() {
        assertEquals(listOf(0.0, 5.0, 10.0, 15.0), chart(11.0, 3.0)?.ticks)
        assertEquals(listOf(0.0, 1.0, 2.0, 3.0, 4.0, 5.0), chart(5.0)?.ticks)
        assertEquals(listOf(0.0, 200.0, 400.0, 600.0, 800.0), chart(640.0)?.ticks)
        for (longest in generateSequence(0.0013) { it * 1.37 }.takeWhile { it < 1e5 }) {
            val chart = assertNotNull(chart(longest))
            assertTrue(chart.end >= longest * (1 - 1e-6), "$longest: ${chart.ticks}")
            assertTrue(chart.ticks.size in 3..6, "$longest: ${chart.ticks}")
        }
    }

    @Test
    fun `without bars there is no chart`() = assertNull(chartOf(emptyList()))
}
