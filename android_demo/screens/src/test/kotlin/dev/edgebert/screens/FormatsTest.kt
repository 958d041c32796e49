package dev.edgebert.screens

import java.util.Locale
import kotlin.test.Test
import kotlin.test.assertEquals

class FormatsTest {
    @Test
    fun `numbers are written as the locale has them`() {
        assertEquals("97.3%", formatPercent(0.9731, Locale.US))
        assertEquals("97,3\u00a0%", formatPercent(0.9731, Locale.GERMANY))
        assertEquals("100.0%", formatPercent(0.99999, Locale.US))
        assertEquals("0.87", formatDecimal(0.8651, Locale.US))
    }

    @Test
    fun `three digits of a time are enough`() {
        val times = listOf(0.5, 3.214, 48.64, 119.6, 2345.6)
        assertEquals(
            listOf("0.50", "3.21", "48.6", "120", "2,346"),
            times.map { formatMilliseconds(it, Locale.US) },
        )
        assertEquals("3,21", formatMilliseconds(3.214, Locale.FRANCE))
        assertEquals("26", formatMegabytes(25_500_000, Locale.US))
    }
}
