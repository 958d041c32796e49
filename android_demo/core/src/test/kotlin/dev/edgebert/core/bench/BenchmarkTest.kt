package dev.edgebert.core.bench

import dev.edgebert.core.BadInputException
import dev.edgebert.core.Recording
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.fixtureFile
import dev.edgebert.core.ints
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.textOrNull
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

/** A whole benchmark of an exported bundle, on recorded runs; Python reads the records it writes. */
class BenchmarkTest {
    private val recording = Recording("embedder")
    private val engine = recording.engine()
    private val method = Method(iterations = 4, warmUps = 1, turn = 2, settleMs = 0.0)
    private val benchmarkRun = BenchmarkRun(
        run = "run",
        target = "jvm",
        machine = Machine(
            Cpu("recorded", board = null, cores = 2, threads = 2, mapOf("asimddp" to true)),
            architecture = "aarch64",
            system = "Android 15",
        ),
        method = method,
    )

    private fun benchmark(bend: (Tensor) -> Tensor = { it }) =
        Benchmark(recording.bundle(), listOf(recording.engine(bend)), benchmarkRun)

    @Test
    fun `samples are those of Python`() {
        val names = listOf("embedder", "classifier", "answerer", "filler", "chooser", "commander")
        for (name in names) {
            val its = Recording(name)
            val expected = its.facts["samples"].entries()
            assertEquals(its.bundle().manifest.buckets, expected.keys.map { it.toInt() })
            expected.forEach { (bucket, sample) ->
                checkSample(its.bundle(), bucket.toInt(), sample.orNull())
            }
        }
        assertFailsWith<BadInputException> { makeSample(recording.bundle(), 17) }
    }

    private fun checkSample(bundle: Bundle, bucket: Int, expected: JsonNode?) {
        if (expected == null) {
            assertFailsWith<BadInputException> { makeSample(bundle, bucket) }
            return
        }
        val pair = expected.textOrNull("pair")
        val choices = expected["choices"].items().map { it.text() }
        val sample = Sample(bucket, expected["text"].text(), pair, choices, expected["tokens"].ints())
        assertEquals(sample, makeSample(bundle, bucket))
    }

    @Test
    fun `everything is proved, measured and written`() {
        val benchmark = Benchmark(recording.bundle(), listOf(engine), benchmarkRun)
        val variants = benchmark.variants(threads = listOf(1, null))
        assertEquals(2 * 2 * 2, variants.size)
        val proof = benchmark.prove(variants)
        assertEquals(variants, proof.proved)
        val steps = ArrayList<Int>()
        val records = (1..2).flatMap { repeat ->
            benchmark.measureLatency(proof.proved, repeat) { done, _ -> steps += done }
        }
        assertEquals(2 * variants.size, records.size)
        for (record in records) {
            assertEquals(method.iterations, record.modelMs.size)
            assertEquals(method.iterations, record.appMs.size)
            assertTrue((record.modelMs + record.appMs + record.loadMs + record.firstMs).all { it > 0 })
        }
        assertEquals(List(2) { (1..variants.size * 2 * 2).toList() }.flatten(), steps)
        assertEquals(0, engine.open)
        val memory = benchmark.measureMemory(variants.first())
        val failed = FailureRecord(memory.origin, "onnxruntime", Mode.STATIC, null, "a \"reason\"")
        val lines = (records + memory + failed).joinToString("") { "${it.toJsonLine()}\n" }
        fixtureFile("records.jsonl").writeText(lines)
    }

    @Test
    fun `what answers wrongly is not measured`() {
        val benchmark = benchmark { Tensor(it.shape, FloatArray(it.values.size) { 1f }) }
        val proof = benchmark.prove(benchmark.variants())
        assertEquals(emptyList(), proof.proved)
        assertEquals(setOf(Mode.DYNAMIC, Mode.FP32), proof.failures.map { it.mode }.toSet())
        assertTrue(proof.failures.all { "deviates by" in it.reason && it.origin.bundle.length == 64 })
    }

    @Test
    fun `a measurement that is ended leaves nothing open`() {
        val benchmark = Benchmark(recording.bundle(), listOf(engine), benchmarkRun)
        assertFailsWith<IllegalStateException> {
            benchmark.measureLatency(benchmark.variants(), repeat = 1) { _, _ -> error("enough") }
        }
        assertEquals(0, engine.open)
    }

    @Test
    fun `an engine that is not there is named`() {
        val variant = Variant("litert", Mode.FP32, 16, null)
        val error = assertFailsWith<BadInputException> { benchmark().measureLatency(listOf(variant), 1) }
        assertTrue("engine litert: unknown, expected one of onnxruntime" in error.message.orEmpty())
    }
}
