package dev.edgebert.core.selftest

import dev.edgebert.core.CheckFailedException
import dev.edgebert.core.Recording
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.bundle.MANIFEST_NAME
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.bundle.sha256Of
import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.numbers
import java.io.File
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue
import org.junit.Rule
import org.junit.rules.TemporaryFolder

/** Self-tests on what ONNX Runtime answered: passed as it was, failed where the answers are bent. */
class SelfTestTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val tiny = Recording("tiny")

    private fun problem(bend: (Tensor) -> Tensor): String {
        val engine = tiny.engine(bend)
        val outcome = runSelfTest(tiny.bundle(), engine, Mode.STATIC).outcome
        assertEquals(0, engine.open)
        return assertIs<SelfTestOutcome.Failed>(outcome).problem
    }

    private fun Tensor.map(change: (Float) -> Float) =
        Tensor(shape, FloatArray(values.size) { change(values[it]) })

    @Test
    fun `deviations are those of Python`() {
        for (name in listOf("tiny", "classifier", "answerer")) {
            val recording = Recording(name)
            for (expected in recording.facts["self_tests"].items()) {
                val mode = Mode.entries.first { it.key == expected["mode"].text() }
                val engine = recording.engine()
                val report = runSelfTest(recording.bundle(), engine, mode)
                assertEquals(SelfTestOutcome.Passed, report.outcome)
                val deviations = expected["deviations"].numbers()
                assertEquals(deviations.size, report.deviations.size)
                deviations.zip(report.deviations) { one, other ->
                    assertEquals(one, other.deviation, absoluteTolerance = 1e-12)
                }
                assertEquals(expected["nearest"].number(), report.nearest, absoluteTolerance = 1e-12)
                assertEquals(0, engine.open)
            }
        }
    }

    @Test
    fun `answers too far off are found`() {
        val scaled = problem { it.map { value -> value * 1.5f } }
        assertContains(scaled, "deviates by 0.5, expected at most 0.02")
        assertContains(problem { it.map { Float.NaN } }, "deviates by infinity")
        assertContains(problem { Tensor(it.shape + 1, it.values) }, "deviates by infinity")
    }

    @Test
    fun `an artifact of another mode is found`() {
        val folder = File(temporary.root, "swapped").also { tiny.folder.copyRecursively(it) }
        val manifest = File(folder, MANIFEST_NAME)
        val text = manifest.readText()
            .replace("model.static.onnx", "swap")
            .replace("model.fp32.onnx", "model.static.onnx")
            .replace("swap", "model.fp32.onnx")
            .replace(Regex("\"(nearest_)?tolerance\": [0-9.e-]+"), "\"$1tolerance\": 9.0")
        manifest.writeText(text)
        val static = File(folder, "model.static.onnx").readBytes()
        File(folder, "model.fp32.onnx").copyTo(File(folder, "model.static.onnx"), overwrite = true)
        File(folder, "model.fp32.onnx").writeBytes(static)
        val engine = tiny.engine()
        val outcome = runSelfTest(Bundle.open(folder), engine, Mode.STATIC).outcome
        val problem = assertIs<SelfTestOutcome.Failed>(outcome).problem
        assertEquals("it answers as the fp32 artifact does, not as static", problem)
    }

    @Test
    fun `a tokenizer that reads differently is found`() {
        val folder = File(temporary.root, "cased").also { tiny.folder.copyRecursively(it) }
        val manifest = File(folder, MANIFEST_NAME)
        manifest.writeText(manifest.readText().replace("\"lowercase\": true", "\"lowercase\": false"))
        val outcome = runSelfTest(Bundle.open(folder), tiny.engine(), Mode.STATIC).outcome
        val problem = assertIs<SelfTestOutcome.Failed>(outcome).problem
        assertEquals("the tokenizer reads the text of vector 0 differently", problem)
    }

    @Test
    fun `a self-test without vectors proves nothing`() {
        val folder = File(temporary.root, "empty").also { tiny.folder.copyRecursively(it) }
        val vectors = File(folder, "self_test.json").apply { writeText("""{"vectors": []}""") }
        val before = tiny.bundle().manifest.files.getValue("self_test.json")
        val manifest = File(folder, MANIFEST_NAME)
        manifest.writeText(
            manifest.readText().replace(before.sha256, sha256Of(vectors))
                .replace("\"size\": ${before.size}", "\"size\": ${vectors.length()}")
        )
        val error = assertFailsWith<CheckFailedException> { runSelfTest(Bundle.open(folder), tiny.engine()) }
        assertTrue("expects nothing of the static mode" in error.message.orEmpty())
    }
}
