package dev.edgebert.demo.benchmark

import android.content.res.Resources
import dev.edgebert.core.bench.Variant
import dev.edgebert.demo.R
import dev.edgebert.screens.benchmark.BenchmarkState
import dev.edgebert.screens.benchmark.Row
import dev.edgebert.screens.benchmark.Step
import dev.edgebert.screens.formatMegabytes
import dev.edgebert.screens.formatMilliseconds
import java.util.Locale

/** Says what was measured in the user's language. */
class BenchmarkWords(private val resources: Resources) {
    fun status(state: BenchmarkState): String = when (state) {
        BenchmarkState.Idle -> resources.getString(R.string.idle)
        BenchmarkState.Stopped -> resources.getString(R.string.stopped)
        is BenchmarkState.Failed -> state.problem
        is BenchmarkState.Finished -> resources.getString(R.string.finished)
        is BenchmarkState.Running ->
            resources.getString(R.string.running, step(state.step), state.number, state.total)
    }

    fun name(variant: Variant): String = variant.run {
        threads?.let { resources.getString(R.string.variant_threads, engine, mode.key, bucket, it) }
            ?: resources.getString(R.string.variant, engine, mode.key, bucket)
    }

    fun tick(milliseconds: Double): String = resources.getString(R.string.tick, format(milliseconds))

    fun row(row: Row): String {
        val times = resources.getString(
            R.string.row,
            name(row.variant),
            format(row.app.median),
            format(row.app.low),
            format(row.app.high),
            format(row.model.median),
            format(row.load.median),
        )
        val memory = row.peakRss ?: return times
        return resources.getString(R.string.row_memory, times, formatMegabytes(memory, Locale.getDefault()))
    }

    private fun step(step: Step): String = resources.getString(
        when (step) {
            Step.PROVING -> R.string.step_proving
            Step.LATENCY -> R.string.step_latency
            Step.MEMORY -> R.string.step_memory
        }
    )

    private fun format(milliseconds: Double) = formatMilliseconds(milliseconds, Locale.getDefault())
}
