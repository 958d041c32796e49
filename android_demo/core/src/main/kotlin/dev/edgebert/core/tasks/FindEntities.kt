package dev.edgebert.core.tasks

import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.text.Encoding
import dev.edgebert.core.text.TextRange
import dev.edgebert.core.text.substring

private const val OUTSIDE = "O"
private const val BEGIN = "B-"
private const val INSIDE = "I-"

/**
 * Labels every token of a text and joins neighbours to entities, as transformers' "simple" strategy
 * does.
 *
 * @param labels the label names in id order, "O" for tokens outside of entities.
 * @param logits float32 [tokens, labels].
 * @param encoding of the text, the same tokens.
 * @throws dev.edgebert.core.BadInputException there are not as many labels as the model scores.
 */
internal fun findEntities(
    labels: List<String>,
    logits: Tensor,
    encoding: Encoding,
    text: String,
): List<Entity> {
    checkLabelCount(labels, logits)
    val tokens = encoding.sequenceIds.indices
        .filter { encoding.sequenceIds[it] != null }
        .map { position ->
            val probabilities = softmax(logits.row(position))
            val best = bestFirst(probabilities, count = 1).first()
            LabelledToken(labels[best], probabilities[best], encoding.offsets[position])
        }
    return groups(tokens).map { join(it, text) }.filter { it.label != OUTSIDE }
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
