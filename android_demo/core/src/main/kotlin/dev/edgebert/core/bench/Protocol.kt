package dev.edgebert.core.bench

import dev.edgebert.core.bundle.Mode

/** Version of the records; `edgebert/bench/protocol.py` has the same number. */
const val SCHEMA = 1

/** How this core calls itself where a record names the edgebert on the device. */
const val CORE_VERSION = "Kotlin core 0.1.0"

/**
 * One thing that is measured: an artifact on an engine, in one length, with some threads.
 *
 * @property threads threads the engine may use; null leaves the number to it.
 */
data class Variant(val engine: String, val mode: Mode, val bucket: Int, val threads: Int?) {
    override fun toString(): String =
        "$engine ${mode.key}, $bucket tokens" + if (threads == null) "" else ", $threads threads"
}

/**
 * How latency is measured within one process.
 *
 * Variants take turns. A turn begins with inferences that do not count: [warmUps] of them at least,
 * and for [settleMs] at least, because an engine that had its turn before may still keep the cores
 * busy.
 *
 * @property iterations inferences that count, of each variant in each process.
 * @property warmUps inferences that do not count, at the start of each turn.
 * @property turn inferences that count in one turn.
 * @property settleMs shortest time from the start of a turn to its first inference that counts.
 */
data class Method(
    val iterations: Int = 20,
    val warmUps: Int = 3,
    val turn: Int = 5,
    val settleMs: Double = 50.0,
) {
    init {
        require(iterations > 0 && turn > 0 && warmUps >= 0 && settleMs >= 0) { "cannot measure by $this" }
    }
}

/** The text that a bucket is measured with: parts of a request, and tokens of each run. */
data class Sample(
    val bucket: Int,
    val text: String,
    val pair: String?,
    val choices: List<String>,
    val tokens: List<Int>,
)

/**
 * A CPU.
 *
 * @property model its name; an app takes `Build.SOC_MODEL` or what /proc/cpuinfo says.
 * @property board what it sits in: an app's `Build.MANUFACTURER` and `Build.MODEL`.
 * @property cores physical cores.
 * @property threads logical processors that this process may use.
 * @property features which of the instructions that matter for int8 it has ("asimddp", "i8mm").
 */
data class Cpu(
    val model: String,
    val board: String?,
    val cores: Int,
    val threads: Int,
    val features: Map<String, Boolean>,
)

/**
 * What does not change between two runs on one device; the app fills it in.
 *
 * @property architecture as `uname -m` has it.
 * @property system the operating system with its release.
 */
data class Machine(val cpu: Cpu, val architecture: String, val system: String)

/**
 * What changes while a device works; empty or null where the system does not tell.
 *
 * @property time UTC, ISO 8601.
 * @property load processes that ran or waited for a core, on average over the last minute.
 * @property governors the clock governors in use.
 * @property megahertz each core's clock now.
 * @property celsius temperature by name of the sensor.
 */
data class Conditions(
    val time: String,
    val load: Double?,
    val governors: List<String>,
    val megahertz: List<Int>,
    val celsius: Map<String, Double>,
)
