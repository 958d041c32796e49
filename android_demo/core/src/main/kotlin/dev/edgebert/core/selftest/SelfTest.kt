package dev.edgebert.core.selftest

import dev.edgebert.core.BadInputException
import dev.edgebert.core.CheckFailedException
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.bundle.SelfTestVector
import dev.edgebert.core.bundle.StoredOutput
import dev.edgebert.core.bundle.deviation
import dev.edgebert.core.engine.Engine
import dev.edgebert.core.engine.Session
import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.engine.padInputs
import kotlin.math.sqrt

// An artifact this many times closer to what another mode must answer than to its own is taken for
// an artifact of that mode, even within its tolerance.
private const val RESEMBLANCE = 4.0

/**
 * Runs the self-test's vectors through one artifact, and its texts through the tokenizer.
 *
 * @param engine what runs the artifact.
 * @param mode its precision, as for [Bundle.artifact].
 * @param threads for the engine; null leaves the number to it.
 * @throws CheckFailedException a file is not the exported one, or the self-test has no vector or no
 *   expected output for this mode.
 * @throws BadInputException there is no such artifact, or the engine cannot load or run it.
 */
fun runSelfTest(
    bundle: Bundle,
    engine: Engine,
    mode: Mode? = null,
    threads: Int? = null,
): SelfTestReport {
    val artifact = bundle.artifact(engine.backend, mode)
    val vectors = bundle.selfTestVectors()
    if (vectors.isEmpty() || vectors.any { it.expected[artifact.mode].isNullOrEmpty() }) {
        throw CheckFailedException(
            "${bundle.path(bundle.manifest.selfTest)}: expects nothing of the ${artifact.mode.key} " +
                "mode, so it can prove nothing: export the bundle again"
        )
    }
    val answers = bundle.openSession(engine, artifact.mode, threads).use { session ->
        vectors.map { vector -> answer(bundle, session, vector) }
    }
    return SelfTestReport(
        engine = engine.name,
        mode = artifact.mode,
        deviations = vectors.flatMapIndexed { number, vector ->
            vector.expected.getValue(artifact.mode).map { stored ->
                OutputDeviation(
                    vector = number,
                    bucket = vector.bucket,
                    output = stored.name,
                    deviation = deviationOf(answers[number], stored),
                    tolerance = artifact.tolerance,
                )
            }
        },
        misread = vectors.indices.filter { isMisread(bundle, vectors[it]) },
        resembles = resembledMode(vectors, answers, artifact.mode),
        nearestTolerance = artifact.nearestTolerance,
    )
}

private fun answer(bundle: Bundle, session: Session, vector: SelfTestVector): Map<String, Tensor> {
    val manifest = bundle.manifest
    val inputs = padInputs(
        vector.inputIds,
        vector.tokenTypeIds,
        vector.bucket,
        bundle.tokenizer.padId,
        manifest.inputs,
    )
    val outputs = session.run(inputs)
    return manifest.outputs.mapNotNull { output ->
        outputs[output.name]?.let { value ->
            output.name to if (output.perToken) value.trimmed(vector.inputIds.size) else value
        }
    }.toMap()
}

private fun deviationOf(answer: Map<String, Tensor>, stored: StoredOutput): Double =
    answer[stored.name]?.let { deviation(it, stored) } ?: Double.POSITIVE_INFINITY

/** Whether the tokenizer turns the vector's text into other ids than stored. */
private fun isMisread(bundle: Bundle, vector: SelfTestVector): Boolean {
    val encoding = try {
        bundle.tokenizer.encode(
            vector.text,
            vector.pair,
            maxLength = vector.bucket,
            allowMask = bundle.manifest.task == "fill-mask",
        )
    } catch (_: BadInputException) { // a bucket too short for the special tokens
        return true
    }
    return encoding.inputIds != vector.inputIds || encoding.tokenTypeIds != vector.tokenTypeIds
}

/** The mode that the answers meet far better than their own, or null. */
private fun resembledMode(
    vectors: List<SelfTestVector>,
    answers: List<Map<String, Tensor>>,
    own: Mode,
): Mode? {
    fun distance(mode: Mode): Double = sqrt(
        vectors.zip(answers).sumOf { (vector, answer) ->
            vector.expected.getValue(mode).sumOf { stored ->
                deviationOf(answer, stored).let { it * it }
            }
        }
    )
    val shared = Mode.entries.filter { mode -> vectors.all { mode in it.expected } }
    val nearest = shared.minByOrNull(::distance) ?: own
    return nearest.takeIf { distance(nearest) * RESEMBLANCE < distance(own) }
}
