package dev.edgebert.screens.benchmark

import dev.edgebert.core.BadInputException
import dev.edgebert.core.EdgebertException
import dev.edgebert.core.bench.Method
import dev.edgebert.core.bench.Progress
import dev.edgebert.core.bench.Variant
import dev.edgebert.screens.problemOf
import java.io.File
import java.util.concurrent.Executor

/** Does a job in a process that has done nothing before; on Android a service in its own process. */
interface FreshProcess {
    /**
     * Does a job and waits for it.
     *
     * @param progress told how far the job is, on any thread.
     * @throws EdgebertException the job failed, or its process died.
     */
    fun run(job: MeasureJob, progress: Progress): Measured

    /** Ends the job that runs now, if one does: [run] throws. */
    fun stop()
}

/**
 * What to measure.
 *
 * @property bundle the bundle's folder.
 * @property run name of the run.
 * @property target name of the device.
 * @property repeats cold repeats, each in a fresh process.
 */
data class BenchmarkPlan(
    val bundle: File,
    val run: String,
    val target: String,
    val variants: List<Variant>,
    val repeats: Int = 3,
    val method: Method = Method(),
)

/**
 * Runs a plan as `edgebert benchmark` does: first every artifact is proved, then come the cold
 * repeats, then the memory of each variant.
 *
 * @param worker what a run occupies until it ends.
 * @param save writes the records to a file of that name.
 * @param changed told that [state] is another one, on any thread.
 */
class BenchmarkRunner(
    private val worker: Executor,
    private val process: FreshProcess,
    private val save: (name: String, lines: List<String>) -> File,
    private val changed: () -> Unit,
) {
    /** What the screen shows now. */
    @Volatile
    var state: BenchmarkState = BenchmarkState.Idle
        private set

    @Volatile
    private var stopping = false

    /** Begins a run, unless one is under way; [plan] is called on the worker and may read files. */
    fun start(plan: () -> BenchmarkPlan) {
        synchronized(this) {
            if (state is BenchmarkState.Running) return
            stopping = false
            state = BenchmarkState.Running(Step.PROVING, number = 1, total = 1, share = 0.0)
        }
        changed()
        worker.execute { show(outcomeOf(plan)) }
    }

    /** Ends the run, if one is under way. */
    fun stop() {
        if (state !is BenchmarkState.Running) return
        stopping = true
        process.stop()
    }

    private fun outcomeOf(plan: () -> BenchmarkPlan): BenchmarkState = try {
        run(plan())
    } catch (_: StoppedException) {
        BenchmarkState.Stopped
    } catch (error: Exception) {
        if (stopping) BenchmarkState.Stopped
        else BenchmarkState.Failed(problemOf(error) ?: throw error)
    }

    private fun run(plan: BenchmarkPlan): BenchmarkState {
        var total = 1 + plan.repeats + plan.variants.size
        var number = 0
        fun next(step: Step, task: MeasureTask, variants: List<Variant>): Measured {
            val done = number++
            val job = MeasureJob(task, plan.bundle.path, plan.run, plan.target, variants, plan.method)
            fun report(part: Double) {
                if (stopping) throw StoppedException()
                show(BenchmarkState.Running(step, number, total, share = (done + part) / total))
            }
            report(part = 0.0)
            return process.run(job) { at, of -> report(part = at.toDouble() / of) }
        }
        val proof = next(Step.PROVING, MeasureTask.Prove, plan.variants)
        if (proof.proved.isEmpty()) {
            val reasons = failuresOf(proof.lines).ifEmpty { listOf("there is nothing to measure") }
            throw BadInputException(reasons.joinToString("; "))
        }
        total = 1 + plan.repeats + proof.proved.size
        val lines = proof.lines +
            (1..plan.repeats).flatMap { next(Step.LATENCY, MeasureTask.Latency(it), proof.proved).lines } +
            proof.proved.flatMap { next(Step.MEMORY, MeasureTask.Memory, listOf(it)).lines }
        return BenchmarkState.Finished(rowsOf(lines), failuresOf(lines), save(plan.run, lines))
    }

    private fun show(next: BenchmarkState) {
        state = next
        changed()
    }

    private class StoppedException : RuntimeException()
}
