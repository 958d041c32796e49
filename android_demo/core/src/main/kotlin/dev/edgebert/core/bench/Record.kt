package dev.edgebert.core.bench

import dev.edgebert.core.bundle.Mode

/**
 * Where a record comes from.
 *
 * @property run name of the benchmark run; figures of one run and repeat were measured in turns.
 * @property time when it was written, UTC, ISO 8601.
 * @property target name of the device.
 * @property bundle the bundle's digest.
 * @property engineVersion version on the device.
 */
data class Origin(
    val run: String,
    val time: String,
    val target: String,
    val bundle: String,
    val engineVersion: String,
    val machine: Machine,
    val method: Method,
)

/** One measurement; a line of the file that `edgebert benchmark` writes and reads. */
sealed interface Record {
    val origin: Origin
}

/**
 * One variant in one cold repeat, all times in milliseconds.
 *
 * @property repeat which cold repeat, from 1.
 * @property loadMs opening the artifact, its hash having been checked.
 * @property firstMs the first inference, with what the engine puts off until then.
 * @property modelMs the bare model, one value an iteration, in their order.
 * @property appMs the same from text to answer: tokenize, run, decode.
 * @property before the device's state before the repeat.
 * @property after and after it.
 */
data class LatencyRecord(
    override val origin: Origin,
    val variant: Variant,
    val repeat: Int,
    val sample: Sample,
    val loadMs: Double,
    val firstMs: Double,
    val modelMs: List<Double>,
    val appMs: List<Double>,
    val before: Conditions,
    val after: Conditions,
) : Record

/**
 * Memory of a process that runs one variant, in bytes; null where the system does not tell.
 *
 * @property startRss resident before the artifact was opened.
 * @property peakRss the most that was resident since the process began.
 * @property peakPss the largest proportional set size seen after loading and each inference.
 */
data class MemoryRecord(
    override val origin: Origin,
    val variant: Variant,
    val startRss: Long?,
    val peakRss: Long?,
    val peakPss: Long?,
) : Record

/** An artifact that is not measured on an engine, with the reason in one line. */
data class FailureRecord(
    override val origin: Origin,
    val engine: String,
    val mode: Mode,
    val threads: Int?,
    val reason: String,
) : Record
