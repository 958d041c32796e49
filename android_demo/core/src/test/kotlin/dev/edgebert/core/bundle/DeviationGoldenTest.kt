package dev.edgebert.core.bundle

import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.floats
import dev.edgebert.core.golden
import dev.edgebert.core.ints
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** The deviations of tests/golden/deviations.json. */
class DeviationGoldenTest {
    @Test
    fun `every case`() {
        val cases = golden("deviations.json")["cases"].items()
        assertTrue(cases.size >= 15)
        for (case in cases) {
            val stored = StoredOutput(
                name = case["stored"]["name"].text(),
                shape = case["stored"]["shape"].ints(),
                stride = case["stored"]["stride"].int(),
                values = case["stored"]["values"].floats(),
            )
            val found = deviation(Tensor(case["shape"].ints(), case["values"].floats()), stored)
            val expected = case["deviation"].orNull()?.number() ?: Double.POSITIVE_INFINITY
            if (expected.isInfinite()) assertEquals(expected, found, case.place)
            else assertEquals(expected, found, absoluteTolerance = 1e-9, message = case.place)
        }
    }

    @Test
    fun `what is no number is infinitely far`() {
        val stored = StoredOutput("logits", listOf(1, 2), 1, floatArrayOf(1f, 2f))
        for (value in listOf(Float.NaN, Float.POSITIVE_INFINITY)) {
            val found = deviation(Tensor(listOf(1, 2), floatArrayOf(1f, value)), stored)
            assertEquals(Double.POSITIVE_INFINITY, found)
        }
    }
}
