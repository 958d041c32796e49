package dev.edgebert.core.tasks

import dev.edgebert.core.text.TextRange
import dev.edgebert.core.text.WordPieceTokenizer
import dev.edgebert.core.text.substring

private const val OUTSIDE = "O"
private const val BEGIN = "B-"
private const val INSIDE = "I-"

/**
 * Labels every token and joins neighbours to entities, as transformers' "simple" strategy does.
 *
 * @param maxLength the longest input in tokens, special tokens included.
 * @param labels the label names in id order, "O" for tokens outside of entities.
 */
class TokenClassification(
    private val tokenizer: WordPieceTokenizer,
    private val maxLength: Int,
    private val labels: List<String>,
) : Task {
    override fun encode(request: Request): EncodedRequest {
        request.refusePair("token-classification")
        request.refuseChoices("token-classification")
        val cut = tokenizer.encodeCut(request.text, pair = null, maxLength)
        return EncodedRequest(request, listOf(cut.encoding), cut.truncated)
    }

    override fun decode(encoded: EncodedRequest, outputs: List<Outputs>): Entities {
        val encoding = encoded.encodings.first()
        val logits = outputs.first().named("logits")
        checkLabelCount(labels, logits)
        val tokens = encoding.sequenceIds.indices
            .filter { encoding.sequenceIds[it] != null }
            .map { position ->
                val probabilities = softmax(logits.row(position))
                val best = bestFirst(probabilities, count = 1).first()
                LabelledToken(labels[best], probabilities[best], encoding.offsets[position])
            }
        val entities = groups(tokens).map { join(it, encoded.request.text) }
        return Entities(encoded.truncated, entities.filter { it.label != OUTSIDE })
    }

    /** One token with its likeliest label, that label's probability and its place in the text. */
    private class LabelledToken(val label: String, val score: Double, val range: TextRange) {
        /** Whether the label says that an entity begins here. */
        val begins: Boolean = label.startsWith(BEGIN)

        /** The label without its B- or I-; a label without either is its own kind. */
        val kind: String = if (begins) label.removePrefix(BEGIN) else label.removePrefix(INSIDE)
    }

    /** Groups neighbours of the same kind; a token whose label begins with B- opens a new group. */
    private fun groups(tokens: List<LabelledToken>): List<List<LabelledToken>> {
        val groups = ArrayList<MutableList<LabelledToken>>()
        for (token in tokens) {
            val group = groups.lastOrNull()
            if (group == null || token.begins || token.kind != group.last().kind) {
                groups += mutableListOf(token)
            } else {
                group += token
            }
        }
        return groups
    }

    private fun join(group: List<LabelledToken>, text: String): Entity {
        val range = TextRange(group.first().range.start, group.last().range.end)
        // transformers drops whatever stands before the first hyphen ("E-PER" is reported as "PER").
        val label = group.first().label.substringAfter('-')
        return Entity(label, group.map { it.score }.average(), range, text.substring(range))
    }
}
