package dev.edgebert.core.tasks

import dev.edgebert.core.BadInputException
import dev.edgebert.core.engine.Tensor
import kotlin.math.abs
import kotlin.math.exp
import kotlin.math.sqrt

/** Maps logits to probabilities. */
internal fun softmax(logits: FloatArray): DoubleArray {
    val highest = logits.max().toDouble()
    val exponentials = DoubleArray(logits.size) { exp(logits[it] - highest) }
    val sum = exponentials.sum()
    return DoubleArray(logits.size) { exponentials[it] / sum }
}

/** Maps logits to probabilities, each on its own. */
internal fun sigmoid(logits: FloatArray): DoubleArray = DoubleArray(logits.size) {
    val small = exp(-abs(logits[it].toDouble())) // at most 1, so nothing overflows
    (if (logits[it] >= 0) 1.0 else small) / (1.0 + small)
}

/** The indices of the `count` highest scores, lower index first among equals. */
internal fun bestFirst(scores: DoubleArray, count: Int): List<Int> =
    scores.indices.sortedByDescending { scores[it] }.take(count)

/** The `count` likeliest labels, best first. */
internal fun rankLabels(labels: List<String>, scores: DoubleArray, count: Int): List<LabelScore> =
    bestFirst(scores, count).map { LabelScore(labels[it], scores[it]) }

/** Refuses logits whose last axis has another length than one entry a label. */
internal fun checkLabelCount(labels: List<String>, logits: Tensor) {
    if (logits.shape.lastOrNull() != labels.size) {
        throw BadInputException(
            "labels: the manifest names ${labels.size} but the model scores " +
                "${logits.shape.lastOrNull()}; export the bundle again"
        )
    }
}

/** The Euclidean norm. */
internal fun norm(vector: FloatArray): Double = sqrt(vector.sumOf { it.toDouble() * it })

/**
 * The cosine similarity of two embeddings, -1 to 1; 0 where one of them is zero.
 *
 * @throws BadInputException they differ in length.
 */
fun cosine(one: FloatArray, other: FloatArray): Double {
    if (one.size != other.size) {
        throw BadInputException(
            "cosine: found embeddings of ${one.size} and ${other.size} numbers, expected one model's"
        )
    }
    val lengths = norm(one) * norm(other)
    return if (lengths == 0.0) 0.0 else one.indices.sumOf { one[it].toDouble() * other[it] } / lengths
}
