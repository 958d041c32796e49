package dev.edgebert.core.tasks

import dev.edgebert.core.text.WordPieceTokenizer

/** How many labels an answer has where the request does not say. */
internal const val DEFAULT_LABELS = 5

/**
 * Scores every label for a text or a pair; probabilities, or the raw output of a single label.
 *
 * @param maxLength the longest input in tokens, special tokens included.
 * @param labels the label names in id order.
 * @param threshold where a text may have several labels, the least score of one in the answer: their
 *   probabilities are then independent; null where it has one label.
 */
class TextClassification(
    private val tokenizer: WordPieceTokenizer,
    private val maxLength: Int,
    private val labels: List<String>,
    private val threshold: Double? = null,
) : Task {
    override fun encode(request: Request): EncodedRequest {
        request.refuseChoices("text-classification")
        val cut = tokenizer.encodeCut(request.text, request.pair, maxLength)
        return EncodedRequest(request, listOf(cut.encoding), cut.truncated)
    }

    override fun decode(encoded: EncodedRequest, outputs: List<Outputs>): TextLabels {
        val logits = outputs.first().named("logits")
        checkLabelCount(labels, logits)
        val scores = when {
            threshold != null -> sigmoid(logits.values)
            labels.size > 1 -> softmax(logits.values)
            else -> DoubleArray(labels.size) { logits.values[it].toDouble() }
        }
        val count = encoded.request.topK
            ?: threshold?.let { least -> scores.count { it >= least } }
            ?: DEFAULT_LABELS
        return TextLabels(encoded.truncated, rankLabels(labels, scores, count))
    }
}
