package dev.edgebert.core.text

import dev.edgebert.core.BadInputException
import dev.edgebert.core.bundle.tokenizerConfig
import dev.edgebert.core.golden
import dev.edgebert.core.ints
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.textOrNull
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

/** Every vector of tests/golden/wordpiece.json, which Hugging Face's tokenizer wrote. */
class WordPieceGoldenTest {
    private val file = golden("wordpiece.json")
    private val vocabulary = file["vocabulary"].items().map { it.text() }
    private val tokenizers = file["configs"].entries().mapValues { (_, config) ->
        WordPieceTokenizer(vocabulary, tokenizerConfig(config))
    }

    @Test
    fun `every case`() {
        val cases = file["cases"].items()
        assertTrue(cases.size > 250)
        cases.forEach { case -> check(case) { listOf(encode(case)) to listOf(case) } }
    }

    @Test
    fun `every case of windows`() {
        val cases = file["window_cases"].items()
        assertTrue(cases.size > 10)
        cases.forEach { case -> check(case) { windows(case) to case["windows"].items() } }
    }

    private fun check(case: JsonNode, run: () -> Pair<List<Encoding>, List<JsonNode>>) {
        if (case.find("error")?.boolean() == true) {
            assertFailsWith<BadInputException>(case.place) { run() }
            return
        }
        val (found, expected) = run()
        assertEquals(expected.size, found.size, case.place)
        for ((encoding, values) in found.zip(expected)) {
            val offsets = values["offsets"].items().map { (start, end) -> TextRange(start, end) }
            assertEquals(values["input_ids"].ints(), encoding.inputIds, case.place)
            assertEquals(values["token_type_ids"].ints(), encoding.tokenTypeIds, case.place)
            assertEquals(offsets, encoding.offsets, case.place)
            assertEquals(encoding.size, encoding.sequenceIds.size, case.place)
        }
    }

    private fun encode(case: JsonNode): Encoding = tokenizer(case).encode(
        case["text"].text(),
        case.textOrNull("pair"),
        maxLength = case["max_length"].int(),
        truncation = truncation(case.textOrNull("truncation") ?: "longest_first"),
        allowMask = case.find("allow_mask")?.boolean() ?: false,
    )

    private fun truncation(key: String) = Truncation.entries.first { it.key == key }

    private fun windows(case: JsonNode): List<Encoding> = tokenizer(case).encodeWindows(
        case["text"].text(),
        case["pair"].text(),
        maxLength = case["max_length"].int(),
        stride = case["stride"].int(),
    )

    private fun tokenizer(case: JsonNode) = tokenizers.getValue(case["config"].text())

    private operator fun JsonNode.component1(): Int = ints()[0]

    private operator fun JsonNode.component2(): Int = ints()[1]
}
