package dev.edgebert.core.engine

import dev.edgebert.core.BadInputException
import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

class InputsTest {
    @Test
    fun `the smallest bucket that fits is chosen`() {
        val buckets = listOf(16, 32, 64)
        assertEquals(listOf(16, 16, 32, 64), listOf(1, 16, 17, 64).map { chooseBucket(buckets, it) })
        assertFailsWith<BadInputException> { chooseBucket(buckets, 65) }
        assertFailsWith<BadInputException> { chooseBucket(emptyList(), 1) }
    }

    @Test
    fun `inputs are filled up`() {
        val inputs = padInputs(listOf(2, 5, 3), listOf(0, 1, 1), bucket = 5, padId = 9)
        assertEquals(INPUT_NAMES, inputs.keys.toList())
        assertContentEquals(intArrayOf(2, 5, 3, 9, 9), inputs["input_ids"])
        assertContentEquals(intArrayOf(1, 1, 1, 0, 0), inputs["attention_mask"])
        assertContentEquals(intArrayOf(0, 1, 1, 0, 0), inputs["token_type_ids"])
    }

    @Test
    fun `only what the artifact takes is made, in its order`() {
        val names = listOf("attention_mask", "input_ids")
        assertEquals(names, padInputs(listOf(2), listOf(0), 4, 0, names).keys.toList())
        assertFailsWith<BadInputException> { padInputs(listOf(2), listOf(0), 4, 0, listOf("pixels")) }
        assertFailsWith<BadInputException> { padInputs(listOf(2), listOf(0, 0), 4, 0) }
        assertFailsWith<BadInputException> { padInputs(List(5) { 2 }, List(5) { 0 }, 4, 0) }
    }

    @Test
    fun `a tensor has as many values as its shape says`() {
        val tensor = Tensor(listOf(1, 3, 2), FloatArray(6) { it.toFloat() })
        assertEquals(listOf(1, 2, 2), tensor.trimmed(2).shape)
        assertContentEquals(floatArrayOf(0f, 1f, 2f, 3f), tensor.trimmed(2).values)
        assertContentEquals(floatArrayOf(4f, 5f), tensor.withoutBatch().row(2))
        assertFailsWith<BadInputException> { Tensor(listOf(2, 2), FloatArray(3)) }
        assertFailsWith<BadInputException> { tensor.trimmed(4) }
        assertFailsWith<BadInputException> { Tensor(listOf(2), FloatArray(2)).withoutBatch() }
    }
}
