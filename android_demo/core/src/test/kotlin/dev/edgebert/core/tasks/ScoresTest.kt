package dev.edgebert.core.tasks

import dev.edgebert.core.BadInputException
import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.text.TokenizerConfig
import dev.edgebert.core.text.WordPieceTokenizer
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

class ScoresTest {
    private val tokenizer =
        WordPieceTokenizer(listOf("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"), TokenizerConfig())

    @Test
    fun `large logits do not overflow`() {
        val found = softmax(floatArrayOf(1000f, 1000f, -1000f))
        assertEquals(listOf(0.5, 0.5, 0.0), found.toList())
    }

    @Test
    fun `a large logit of either sign is sure`() {
        val found = sigmoid(floatArrayOf(1000f, 0f, -1000f))
        assertEquals(listOf(1.0, 0.5, 0.0), found.toList())
    }

    @Test
    fun `the lower index comes first among equals`() {
        assertEquals(listOf(1, 3, 0), bestFirst(doubleArrayOf(1.0, 2.0, 0.5, 2.0), count = 3))
    }

    @Test
    fun `cosines`() {
        assertEquals(1.0, cosine(floatArrayOf(3f, 4f), floatArrayOf(6f, 8f)), absoluteTolerance = 1e-12)
        assertEquals(-1.0, cosine(floatArrayOf(0f, 2f), floatArrayOf(0f, -1f)), absoluteTolerance = 1e-12)
        assertEquals(0.6, cosine(floatArrayOf(3f, 4f), floatArrayOf(1f, 0f)), absoluteTolerance = 1e-12)
        assertEquals(0.0, cosine(floatArrayOf(0f, 0f), floatArrayOf(1f, 0f)))
        assertFailsWith<BadInputException> { cosine(floatArrayOf(1f), floatArrayOf(1f, 2f)) }
    }

    @Test
    fun `a model with another number of labels is refused`() {
        val task = TextClassification(tokenizer, 8, listOf("yes", "no"))
        val encoded = task.encode(Request("a"))
        val logits = Tensor(listOf(3), floatArrayOf(1f, 2f, 3f))
        assertFailsWith<BadInputException> { task.decode(encoded, listOf(mapOf("logits" to logits))) }
        assertFailsWith<BadInputException> { task.decode(encoded, listOf(emptyMap())) }
        assertFailsWith<BadInputException> { Request("a", topK = 0) }
    }

    @Test
    fun `no answer is longer than fifteen tokens, and none runs backwards`() {
        val task = QuestionAnswering(tokenizer, maxLength = 40)
        val encoded = task.encode(Request("a", "a ".repeat(20)))
        val first = 3
        fun answer(start: Int, end: Int): ExtractedAnswer {
            val size = encoded.encodings.single().size
            fun peak(at: Int) = Tensor(listOf(size), FloatArray(size) { if (it == at) 20f else 0f })
            val outputs = mapOf("start_logits" to peak(start), "end_logits" to peak(end))
            return task.decode(encoded, listOf(outputs))
        }
        assertEquals(29, answer(first, first + 14).text.length)
        assertEquals(true, answer(first, first + 14).score > 0.99)
        assertEquals(true, answer(first, first + 15).score < 0.1)
        assertEquals(true, answer(first + 1, first).score < 0.1)
    }
}
