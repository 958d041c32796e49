package dev.edgebert.core

import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.bundle.MANIFEST_NAME
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.engine.Session
import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.tasks.Request
import dev.edgebert.core.tasks.assertAlike
import dev.edgebert.core.tasks.toPlainJson
import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import org.junit.Rule
import org.junit.rules.TemporaryFolder

/** From a text to an answer on bundles that Python exported, as Python answered. */
class PipelineTest {
    @get:Rule
    val temporary = TemporaryFolder()

    @Test
    fun `answers are those of Python`() {
        val names = listOf("classifier", "answerer", "embedder", "filler", "chooser", "commander")
        for (name in names) {
            val recording = Recording(name)
            val replies = recording.facts["replies"].items()
            assertTrue(replies.size >= 3)
            replies.forEach { reply ->
                val mode = Mode.entries.first { it.key == reply["mode"].text() }
                val engine = recording.engine()
                Pipeline.open(recording.bundle(), engine, mode).use { check(it, reply) }
                assertEquals(0, engine.open)
            }
        }
    }

    private fun check(pipeline: Pipeline, expected: JsonNode) {
        val choices = expected["choices"].items().map { it.text() }
        val request = Request(expected["text"].text(), expected.textOrNull("pair"), choices)
        val found = pipeline.run(request)
        assertEquals(expected["tokens"].ints(), found.tokens)
        assertEquals(expected["buckets"].ints(), found.buckets)
        assertAlike(expected["answer"], found.answer.toPlainJson(), tolerance = 1e-6)
    }

    @Test
    fun `numbers that are not finite are no answer`() {
        val recording = Recording("classifier")
        val engine = recording.engine { Tensor(it.shape, FloatArray(it.values.size) { Float.NaN }) }
        Pipeline.open(recording.bundle(), engine).use { pipeline ->
            val text = recording.facts["replies"].items().first()["text"].text()
            val error = assertFailsWith<BadInputException> { pipeline.run(Request(text)) }
            assertTrue("logits holds numbers that are not finite" in error.message.orEmpty())
        }
    }

    @Test
    fun `a chosen bucket is the only one that runs`() {
        val bundle = Recording("embedder").bundle()
        val name = bundle.manifest.outputs.single().name
        val session = object : Session {
            override fun run(inputs: Map<String, IntArray>) =
                mapOf(name to Tensor(listOf(1, 2), floatArrayOf(inputs.values.first().size.toFloat(), 0f)))

            override fun close() = Unit
        }
        val long = Pipeline(bundle, session, bucket = 16).run(Request("play ".repeat(60)))
        assertEquals(listOf(16) to listOf(16), long.tokens to long.buckets)
        assertTrue(long.answer.truncated)
        assertEquals(listOf(32), Pipeline(bundle, session, bucket = 32).run(Request("play")).buckets)
        val error = assertFailsWith<BadInputException> { Pipeline(bundle, session, bucket = 24) }
        assertTrue("bucket: found 24, expected one of 16, 32" in error.message.orEmpty())
    }

    @Test
    fun `padding has no say in an answer`() {
        val recording = Recording("answerer")
        val padded = recording.facts["replies"].items()
            .first { it["tokens"].ints().single() < it["buckets"].ints().single() }
        val engine = recording.engine { tensor ->
            Tensor(tensor.shape, tensor.values.copyOf().also { it[it.lastIndex] = Float.NaN })
        }
        Pipeline.open(recording.bundle(), engine).use { check(it, padded) }
    }

    @Test
    fun `a task that core does not have is refused and leaves nothing open`() {
        val recording = Recording("filler")
        val engine = recording.engine()
        val folder = File(temporary.root, "other").also { recording.folder.copyRecursively(it) }
        val manifest = File(folder, MANIFEST_NAME)
        manifest.writeText(manifest.readText().replace("\"fill-mask\"", "\"translation\""))
        val error = assertFailsWith<BadInputException> { Pipeline.open(Bundle.open(folder), engine) }
        assertTrue("task: found translation" in error.message.orEmpty())
        assertEquals(0, engine.open)
    }

    @Test
    fun `the smallest precision is chosen`() {
        val recording = Recording("tiny")
        val engine = recording.engine()
        val (chosen, artifact) = Pipeline.choose(recording.bundle(), listOf(engine))
        assertEquals(engine to Mode.STATIC, chosen to artifact.mode)
        assertFailsWith<BadInputException> { Pipeline.choose(recording.bundle(), emptyList()) }
    }
}
