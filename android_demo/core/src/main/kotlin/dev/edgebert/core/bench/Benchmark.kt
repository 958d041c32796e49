package dev.edgebert.core.bench

import dev.edgebert.core.BadInputException
import dev.edgebert.core.EdgebertException
import dev.edgebert.core.Pipeline
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.engine.Engine
import dev.edgebert.core.engine.Session
import dev.edgebert.core.engine.padInputs
import dev.edgebert.core.selftest.SelfTestOutcome
import dev.edgebert.core.selftest.runSelfTest
import dev.edgebert.core.tasks.taskFor
import kotlin.random.Random

/** What a benchmark's records have in common: the run's name, the device, how it is measured. */
data class BenchmarkRun(
    val run: String,
    val target: String,
    val machine: Machine,
    val method: Method = Method(),
)

/** Which variants passed the self-test, and why the others are not measured. */
data class Proof(val proved: List<Variant>, val failures: List<FailureRecord>)

/**
 * Measures variants of a bundle as `edgebert benchmark` does: [prove] what is to be measured, then
 * [measureLatency] the proved variants once in each of several fresh processes (a repeat counts as
 * cold only so), and [measureMemory] of one variant in a process of its own.
 *
 * All calls block and belong on a background thread; a [Progress] that throws ends one of them, and
 * sessions are closed then as well.
 */
class Benchmark(
    private val bundle: Bundle,
    engines: List<Engine>,
    private val benchmarkRun: BenchmarkRun,
    private val stopwatch: Stopwatch = Stopwatch(),
) {
    private val engines = engines.associateBy { it.name }

    /** All variants of the bundle that the engines can run. */
    fun variants(threads: List<Int?> = listOf(null)): List<Variant> = engines.values.flatMap { engine ->
        bundle.manifest.artifacts.filter { it.backend == engine.backend }.flatMap { artifact ->
            bundle.manifest.buckets.flatMap { bucket ->
                threads.map { Variant(engine.name, artifact.mode, bucket, it) }
            }
        }
    }

    /** Runs the self-test of every artifact that is to be measured, as it is to be measured. */
    fun prove(variants: List<Variant>, progress: Progress = Progress { _, _ -> }): Proof {
        val cases = variants.map(::SessionKey).distinct()
        val failures = cases.mapIndexedNotNull { number, key ->
            problemOf(key)
                .also { progress.at(number + 1, cases.size) }
                ?.let { FailureRecord(origin(key.engine), key.engine, key.mode, key.threads, it) }
        }
        val refused = failures.map { SessionKey(it.engine, it.mode, it.threads) }
        return Proof(variants.filter { SessionKey(it) !in refused }, failures)
    }

    /**
     * Times loading and the first inference of each variant alone, then the rest in turns.
     *
     * @param repeat which repeat this is, from 1.
     * @throws EdgebertException a bucket cannot be measured, or an engine cannot run.
     */
    fun measureLatency(
        variants: List<Variant>,
        repeat: Int,
        progress: Progress = Progress { _, _ -> },
    ): List<LatencyRecord> {
        val samples = variants.map { it.bucket }.distinct().associateWith { makeSample(bundle, it) }
        // What a runtime does once a process is no variant's own: not timed.
        variants.distinctBy { it.engine to it.mode }.forEach { loadAndRun(it, samples) }
        val before = readConditions()
        val cold = variants.shuffled(Random(repeat)).associateWith { loadAndRun(it, samples) }
        val times = timeInTurns(variants, samples, repeat, progress)
        val after = readConditions()
        return variants.map { variant ->
            LatencyRecord(
                origin = origin(variant.engine),
                variant = variant,
                repeat = repeat,
                sample = samples.getValue(variant.bucket),
                loadMs = cold.getValue(variant).loadMs,
                firstMs = cold.getValue(variant).firstMs,
                modelMs = times.getValue(variant to Part.MODEL),
                appMs = times.getValue(variant to Part.APP),
                before = before,
                after = after,
            )
        }
    }

    /** Watches this process's memory while it loads and runs one variant. */
    fun measureMemory(variant: Variant, memory: ProcessMemory = ProcessMemory()): MemoryRecord {
        val inputs = inputs(makeSample(bundle, variant.bucket))
        val start = memory.residentBytes()
        val seen = open(SessionKey(variant)).use { session ->
            val loaded = memory.proportionalBytes()
            listOf(loaded) + List(maxOf(1, benchmarkRun.method.warmUps)) {
                session.run(inputs)
                memory.proportionalBytes()
            }
        }
        return MemoryRecord(
            origin(variant.engine),
            variant,
            startRss = start,
            peakRss = memory.peakResidentBytes(),
            peakPss = seen.filterNotNull().maxOrNull(),
        )
    }

    private enum class Part { MODEL, APP }

    private class ColdTimes(val loadMs: Double, val firstMs: Double)

    /** What a session is opened with; variants that differ in the bucket alone share one. */
    private data class SessionKey(val engine: String, val mode: Mode, val threads: Int?) {
        constructor(variant: Variant) : this(variant.engine, variant.mode, variant.threads)
    }

    private fun problemOf(key: SessionKey): String? = try {
        when (val outcome = runSelfTest(bundle, engine(key.engine), key.mode, key.threads).outcome) {
            SelfTestOutcome.Passed -> null
            is SelfTestOutcome.Failed -> outcome.problem
        }
    } catch (error: EdgebertException) {
        error.message
    }

    private fun loadAndRun(variant: Variant, samples: Map<Int, Sample>): ColdTimes {
        val inputs = inputs(samples.getValue(variant.bucket))
        val load = stopwatch.time { open(SessionKey(variant)) }
        return load.value.use { session ->
            ColdTimes(load.milliseconds, stopwatch.time { session.run(inputs) }.milliseconds)
        }
    }

    private fun timeInTurns(
        variants: List<Variant>,
        samples: Map<Int, Sample>,
        repeat: Int,
        progress: Progress,
    ): Map<Pair<Variant, Part>, List<Double>> {
        val sessions = HashMap<SessionKey, Session>()
        try {
            val runs = LinkedHashMap<Pair<Variant, Part>, () -> Unit>()
            for (variant in variants) {
                val session = sessions.getOrPut(SessionKey(variant)) { open(SessionKey(variant)) }
                val sample = samples.getValue(variant.bucket)
                val inputs = inputs(sample)
                val pipeline = Pipeline(bundle, session)
                runs[variant to Part.MODEL] = { session.run(inputs) }
                runs[variant to Part.APP] = { pipeline.run(sample.request()) }
            }
            return measureInTurns(runs, benchmarkRun.method, repeat, stopwatch, progress)
        } finally {
            sessions.values.forEach { it.close() }
        }
    }

    private fun open(key: SessionKey): Session =
        bundle.openSession(engine(key.engine), key.mode, key.threads)

    private fun engine(name: String): Engine = engines[name] ?: throw BadInputException(
        "engine $name: unknown, expected one of ${engines.keys.joinToString()}"
    )

    /** The padded inputs of a sample's first run. */
    private fun inputs(sample: Sample): Map<String, IntArray> {
        val task = taskFor(bundle.manifest, bundle.tokenizer)
        val encoding = task.encode(sample.request()).encodings.first()
        return padInputs(
            encoding.inputIds,
            encoding.tokenTypeIds,
            sample.bucket,
            bundle.tokenizer.padId,
            bundle.manifest.inputs,
        )
    }

    private fun origin(engine: String) = Origin(
        run = benchmarkRun.run,
        time = utcNow(),
        target = benchmarkRun.target,
        bundle = bundle.digest,
        engineVersion = engine(engine).version,
        machine = benchmarkRun.machine,
        method = benchmarkRun.method,
    )
}
