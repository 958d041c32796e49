package dev.edgebert.screens.benchmark

import java.io.File

/** What the benchmark screen shows. */
sealed interface BenchmarkState {
    /** Nothing has run yet. */
    data object Idle : BenchmarkState

    /**
     * A run is under way.
     *
     * @property number which of the [total] steps is running, from 1; each is a fresh process.
     * @property share how much of the whole run is done, 0 to 1.
     */
    data class Running(
        val step: Step,
        val number: Int,
        val total: Int,
        val share: Double,
    ) : BenchmarkState

    /**
     * A run has ended.
     *
     * @property failures why artifacts were not measured, one line each.
     * @property file the records, as `edgebert benchmark` has them.
     */
    data class Finished(
        val rows: List<Row>,
        val failures: List<String>,
        val file: File,
    ) : BenchmarkState {
        val chart: Chart? get() = chartOf(rows)
    }

    /** The run was ended before its time; figures of a part would mislead, so there are none. */
    data object Stopped : BenchmarkState

    /** The run could not go on; [problem] says in one line why. */
    data class Failed(val problem: String) : BenchmarkState
}

/** The kinds of steps of a run, so that the screen can word them in the user's language. */
enum class Step { PROVING, LATENCY, MEMORY }
