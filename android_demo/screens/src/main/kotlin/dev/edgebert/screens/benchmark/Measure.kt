package dev.edgebert.screens.benchmark

import dev.edgebert.core.EdgebertException
import dev.edgebert.core.bench.Benchmark
import dev.edgebert.core.bench.BenchmarkRun
import dev.edgebert.core.bench.Machine
import dev.edgebert.core.bench.Progress
import dev.edgebert.core.bench.surveyJsonLine
import dev.edgebert.core.bench.toJsonLine
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.engine.Engine
import java.io.File

/**
 * Does a job; to be called once in a fresh process, because a repeat is cold only there.
 *
 * @param progress told how far it is; it may throw to end the job.
 * @throws EdgebertException the bundle cannot be read, or an engine cannot run it.
 */
fun measure(
    job: MeasureJob,
    engines: List<Engine>,
    machine: Machine,
    progress: Progress,
): Measured {
    fun benchmark(): Benchmark {
        val run = BenchmarkRun(job.run, job.target, machine, job.method)
        return Benchmark(Bundle.open(File(job.bundle)), engines, run)
    }
    return when (val task = job.task) {
        MeasureTask.Survey -> Measured(listOf(surveyJsonLine(machine, engines)), emptyList())
        MeasureTask.Prove -> benchmark().prove(job.variants, progress)
            .let { proof -> Measured(proof.failures.map { it.toJsonLine() }, proof.proved) }
        is MeasureTask.Latency -> benchmark().measureLatency(job.variants, task.repeat, progress)
            .let { records -> Measured(records.map { it.toJsonLine() }, emptyList()) }
        MeasureTask.Memory -> Measured(
            listOf(benchmark().measureMemory(job.variants.single()).toJsonLine()),
            emptyList(),
        )
    }
}
