package dev.edgebert.core.selftest

import dev.edgebert.core.bundle.Mode
import java.math.BigDecimal
import java.math.MathContext

/**
 * How far one output of one vector is from the expected values.
 *
 * @property vector the vector's place in the self-test, from 0.
 * @property bucket the length it was padded to.
 * @property deviation norm of the difference over the norm of the expected values; infinity where
 *   they cannot be compared.
 * @property tolerance the largest deviation that passes.
 */
data class OutputDeviation(
    val vector: Int,
    val bucket: Int,
    val output: String,
    val deviation: Double,
    val tolerance: Double,
) {
    val passed: Boolean get() = deviation <= tolerance
}

/** What a self-test says of an artifact. */
sealed interface SelfTestOutcome {
    /** It answers as it did where it was exported. */
    data object Passed : SelfTestOutcome

    /** It does not; [problem] says in one line what was not as expected. */
    data class Failed(val problem: String) : SelfTestOutcome
}

/**
 * What a self-test found.
 *
 * @property deviations one a vector and output.
 * @property misread the vectors whose text the tokenizer turned into other ids than stored.
 * @property resembles another mode whose expected values the artifact meets far better, or null.
 * @property nearestTolerance the largest that the smallest deviation may be.
 */
data class SelfTestReport(
    val engine: String,
    val mode: Mode,
    val deviations: List<OutputDeviation>,
    val misread: List<Int>,
    val resembles: Mode?,
    val nearestTolerance: Double,
) {
    /** The output that is furthest from its expected values. */
    val worst: OutputDeviation get() = deviations.maxBy { it.deviation }

    /** The smallest of the deviations. */
    val nearest: Double get() = deviations.minOf { it.deviation }

    val outcome: SelfTestOutcome
        get() = problem()?.let { SelfTestOutcome.Failed(it) } ?: SelfTestOutcome.Passed

    private fun problem(): String? {
        val worst = worst
        return when {
            misread.isNotEmpty() ->
                "the tokenizer reads the text of vector ${misread.first()} differently"
            !worst.passed ->
                "output ${worst.output} of vector ${worst.vector} (bucket ${worst.bucket}) " +
                    "deviates by ${short(worst.deviation)}, " +
                    "expected at most ${short(worst.tolerance)}"
            nearest > nearestTolerance ->
                "even the nearest of its answers deviates by ${short(nearest)}, expected at most " +
                    "${short(nearestTolerance)}: this runtime or CPU computes otherwise"
            resembles != null ->
                "it answers as the ${resembles.key} artifact does, not as ${mode.key}"
            else -> null
        }
    }

    /** Three significant digits. */
    private fun short(value: Double): String =
        if (!value.isFinite()) "infinity"
        else BigDecimal(value).round(MathContext(3)).stripTrailingZeros().toPlainString()
}
