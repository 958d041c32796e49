package dev.edgebert.core.tasks

import dev.edgebert.core.BadInputException
import dev.edgebert.core.golden
import dev.edgebert.core.ints
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.tensor
import dev.edgebert.core.text.TokenizerConfig
import dev.edgebert.core.text.WordPieceTokenizer
import dev.edgebert.core.textOrNull
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

/** Every request of tests/golden/tasks.json: the ids that are run, and what becomes of the outputs. */
class TaskGoldenTest {
    private val vocabulary = golden("wordpiece.json")["vocabulary"].items().map { it.text() }
    private val tokenizer = WordPieceTokenizer(vocabulary, TokenizerConfig())

    @Test
    fun `text classification`() = checkAll("text-classification") { case ->
        val threshold = case.find("label_threshold")?.number()
        TextClassification(tokenizer, case["max_length"].int(), labels(case), threshold)
    }

    @Test
    fun `token classification`() = checkAll("token-classification") { case ->
        TokenClassification(tokenizer, case["max_length"].int(), labels(case))
    }

    @Test
    fun `question answering`() = checkAll("question-answering") { case ->
        QuestionAnswering(tokenizer, case["max_length"].int())
    }

    @Test
    fun `feature extraction`() = checkAll("feature-extraction") { case ->
        FeatureExtraction(
            tokenizer,
            case["max_length"].int(),
            output = "output",
            pooled = case["pooling"].text() != "none",
            normalize = case["normalize"].boolean(),
        )
    }

    @Test
    fun `intent and slots`() = checkAll("intent-and-slots") { case ->
        val tags = case["slot_labels"].items().map { it.text() }
        IntentAndSlotFilling(tokenizer, case["max_length"].int(), labels(case), tags)
    }

    @Test
    fun `fill mask`() = checkAll("fill-mask") { case ->
        FillMask(tokenizer, case["max_length"].int())
    }

    @Test
    fun `multiple choice`() = checkAll("multiple-choice") { case ->
        MultipleChoice(tokenizer, case["max_length"].int())
    }

    private fun labels(case: JsonNode): List<String> = case["labels"].items().map { it.text() }

    private fun checkAll(name: String, task: (JsonNode) -> Task) {
        val cases = golden("tasks.json")["cases"].items().filter { it["task"].text() == name }
        assertTrue(cases.size >= 8)
        cases.forEach { check(it, task(it)) }
    }

    private fun check(case: JsonNode, task: Task) {
        val request = Request(
            case["text"].text(),
            case.textOrNull("pair"),
            case.find("choices")?.items().orEmpty().map { it.text() },
            case.find("top_k")?.int(),
        )
        if (case.find("error")?.boolean() == true) {
            assertFailsWith<BadInputException>(case.place) { task.encode(request) }
            return
        }
        val runs = case["runs"].items()
        val encoded = task.encode(request)
        assertEquals(runs.map { it["input_ids"].ints() }, encoded.encodings.map { it.inputIds }, case.place)
        assertEquals(
            runs.map { it["token_type_ids"].ints() },
            encoded.encodings.map { it.tokenTypeIds },
            case.place,
        )
        val outputs = runs.map { run -> run["outputs"].entries().mapValues { tensor(it.value) } }
        // Embeddings are float32 here and there.
        val tolerance = if (task is FeatureExtraction) 1e-6 else 1e-12
        assertAlike(case["answer"], task.decode(encoded, outputs).toPlainJson(), tolerance)
    }
}
