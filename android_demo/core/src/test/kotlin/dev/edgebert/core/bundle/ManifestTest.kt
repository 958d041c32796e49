package dev.edgebert.core.bundle

import dev.edgebert.core.BadInputException
import dev.edgebert.core.Recording
import dev.edgebert.core.json.Json
import dev.edgebert.core.json.JsonArray
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.json.JsonNull
import dev.edgebert.core.json.JsonObject
import dev.edgebert.core.json.encode
import dev.edgebert.core.json.parseJson
import dev.edgebert.core.json.toJson
import java.io.File
import kotlin.random.Random
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** A manifest that Python wrote, whole and damaged. */
class ManifestTest {
    private val text = File(Recording("tiny").folder, MANIFEST_NAME).readText()
    private val root = parseJson(text) as JsonObject

    @Test
    fun `all of it is read`() {
        val manifest = readManifest(text.toByteArray(), "m")
        val node = JsonNode(root)
        assertEquals("feature-extraction", manifest.task)
        assertEquals(listOf(8, 16), manifest.buckets)
        val outputs = listOf(Output("hidden", perToken = true), Output("logits", perToken = false))
        assertEquals(outputs, manifest.outputs)
        assertEquals(listOf(Mode.STATIC, Mode.FP32), manifest.artifacts.map { it.mode })
        assertEquals(Pooling.MEAN, manifest.pooling)
        assertEquals("Apache-2.0", manifest.source.license)
        assertEquals(3, manifest.calibration?.texts)
        assertEquals(0.97, manifest.fidelity.single().worst)
        assertEquals(node["files"].entries().keys, manifest.files.keys)
        assertEquals(node["tokenizer"]["max_word_chars"].int(), manifest.tokenizer.maxWordChars)
    }

    @Test
    fun `measured accuracy is read, and may be missing`() {
        val figure = AccuracyFigure(Backend.ONNX, Mode.STATIC, "accuracy", 0.9, 0.89, -0.02, 0.0)
        val json = """{"data": "test.jsonl", "sha256": "0", "rows": 12, "figures": [{"backend": "onnx",
            "mode": "static", "metric": "accuracy", "fp32": 0.9, "value": 0.89, "low": -0.02, "high": 0}]}"""
        val measured = readManifest(edited("accuracy" to parseJson(json)).toByteArray(), "m")
        assertEquals(Accuracy("test.jsonl", "0", rows = 12, listOf(figure)), measured.accuracy)
        val without = JsonObject(root.members - "accuracy").encode()
        assertNull(readManifest(without.toByteArray(), "m").accuracy)
    }

    @Test
    fun `fp16 is read, and is mostly missing`() {
        val next = "\"nearest_tolerance\":"
        val fp16 = """"fp16":{"texts":72,"agreement":0.98,"worst":0.9}"""
        assertTrue(next in text)
        val artifacts = readManifest(text.replace(next, "$fp16,$next").toByteArray(), "m").artifacts
        assertEquals(setOf(HalfPrecision(72, 0.98, 0.9)), artifacts.map { it.fp16 }.toSet())
        assertNull(readManifest(text.toByteArray(), "m").artifacts.first().fp16)
        assertRefused(
            text.replace(next, "${fp16.replace("worst", "best")},$next"),
            "unknown field best",
        )
    }

    @Test
    fun `a temperature is read, and is mostly missing`() {
        val json = """{"data": "rows.jsonl", "sha256": "0", "rows": 12, "heads": [{"output": "logits",
            "temperature": 1.5, "answers": 11, "ece_before": 0.2, "ece_after": 0.05}]}"""
        val fitted = readManifest(edited("temperature" to parseJson(json)).toByteArray(), "m")
        val head = HeadTemperature("logits", 1.5, answers = 11, eceBefore = 0.2, eceAfter = 0.05)
        assertEquals(Temperature("rows.jsonl", "0", rows = 12, listOf(head)), fitted.temperature)
        assertNull(readManifest(text.toByteArray(), "m").temperature)
        assertRefused(
            edited("temperature" to parseJson(json.replace("answers", "answer"))),
            "unknown field answer",
        )
    }

    @Test
    fun `a threshold is for a classifier, and a share`() {
        val outputs = parseJson("""[{"name": "logits", "per_token": false}]""")
        fun classifier(threshold: Double) = JsonObject(
            root.members + mapOf(
                "task" to "text-classification".toJson(),
                "outputs" to outputs,
                "label_threshold" to threshold.toJson(),
            )
        ).encode()
        assertEquals(0.25, readManifest(classifier(0.25).toByteArray(), "m").labelThreshold)
        assertNull(readManifest(text.toByteArray(), "m").labelThreshold)
        assertRefused(classifier(1.0), "label_threshold: found 1.0, expected a score between 0 and 1")
        assertRefused(
            edited("label_threshold" to 0.5.toJson()),
            "label_threshold: found 0.5, expected none: only text-classification has it",
        )
    }

    @Test
    fun `a newer format is refused by name, whatever else it holds`() {
        val newer = """{"format": 3, "models": [1, 2]}"""
        assertRefused(newer, "m: made by a newer edgebert (format 3, this app reads 1): update the app")
        assertRefused("""{"format": 0}""", "format 0, this app reads 1")
    }

    @Test
    fun `what is no manifest is refused in one line`() {
        assertRefused("", "m: not valid JSON")
        assertRefused("[1]", "found an array, expected an object at $")
        assertRefused("{}", "found no field format")
        assertRefused("""{"format": "1"}""", "expected an integer at $.format")
        assertRefused("""{"format": 1}""", "found no field")
        assertRefused(text.replace("0.97", "1e999"), "expected a finite number at $.fidelity[0].worst")
        assertRefused(text.dropLast(5), "not valid JSON")
        val latin = "{\"format\": 1, \"edgebert\": \"é\"}".toByteArray(Charsets.ISO_8859_1)
        assertTrue("not UTF-8" in refusal(latin))
    }

    @Test
    fun `parts that do not fit are refused`() {
        val recipe = member("files", "recipe.toml")
        val twice = JsonArray((root.members["artifacts"] as JsonArray).items.let { it + it.first() })
        val refused = mapOf(
            edited("surprise" to 1.toJson()) to "unknown field surprise",
            edited("pooling" to "max".toJson()) to "found \"max\", expected one of none, mean, cls, pooler",
            edited("labels" to JsonNull) to "expected an array at $.labels",
            edited("buckets" to ints()) to "buckets: found []",
            edited("buckets" to ints(16, 8)) to "buckets: found [16, 8], expected them ascending",
            edited("buckets" to ints(0, 8)) to "expected lengths of 1 or more",
            edited("inputs" to JsonArray(listOf("pixels".toJson()))) to "inputs: found [pixels]",
            edited("outputs" to ints()) to "outputs: found []",
            edited("task" to "fill-mask".toJson()) to "expected logits (a token) for fill-mask",
            edited("slot_labels" to JsonArray(listOf("O".toJson()))) to "slot_labels: found 1, expected none",
            edited("task" to "intent-and-slots".toJson()) to "expected intent_logits (of the text)",
            edited("artifacts" to ints()) to "artifacts: found none",
            edited("artifacts" to twice) to "found 2 for onnx static, expected one",
            edited("vocabulary" to "vocab.txt".toJson()) to "vocabulary: vocab.txt is not among",
            edited("files" to JsonObject(emptyMap())) to "vocabulary: tokenizer/vocab.txt is not among",
            edited("files" to withFile(MANIFEST_NAME, recipe)) to "files: found \"manifest.json\"",
            text.replace("\"tolerance\": 0.02", "\"tolerance\": -1") to "tolerance of model.static.onnx",
            text.replace("\"mode\": \"static\"", "\"mode\": \"int4\"") to "at $.artifacts[0].mode",
        )
        refused.forEach { (json, message) -> assertRefused(json, message) }
    }

    @Test
    fun `paths that leave the folder are refused`() {
        val recipe = member("files", "recipe.toml")
        val paths = listOf("/etc/passwd", "../x", "a/../../x", "./x", "a//b", "", "C:\\x", "a\\b", "a\u0000b")
        for (path in paths) {
            assertRefused(edited("files" to withFile(path, recipe)), "expected a path inside the bundle")
            assertRefused(edited("recipe" to path.toJson()), "expected a path inside the bundle")
        }
    }

    @Test
    fun `whatever is done to a manifest, it opens or is refused`() {
        val random = Random(0)
        val content = text.toByteArray()
        var refused = 0
        repeat(500) {
            val bytes = content.copyOf().also { copy ->
                repeat(3) { copy[random.nextInt(copy.size)] = random.nextInt(256).toByte() }
            }
            try {
                readManifest(bytes, "m")
            } catch (error: BadInputException) {
                refused++
                assertTrue('\n' !in error.message.orEmpty())
            }
        }
        assertTrue(refused > 100)
    }

    private fun edited(change: Pair<String, Json>): String = JsonObject(root.members + change).encode()

    private fun member(name: String, key: String): Json =
        (root.members[name] as JsonObject).members.getValue(key)

    private fun withFile(path: String, record: Json): Json =
        JsonObject((root.members["files"] as JsonObject).members + (path to record))

    private fun ints(vararg values: Int): Json = values.toList().toJson { it.toJson() }

    private fun refusal(content: ByteArray): String {
        val message = assertFailsWith<BadInputException> { readManifest(content, "m") }.message.orEmpty()
        assertTrue('\n' !in message, message)
        return message
    }

    private fun assertRefused(json: String, message: String) {
        assertTrue(message in refusal(json.toByteArray()), "${refusal(json.toByteArray())} lacks: $message")
    }
}
