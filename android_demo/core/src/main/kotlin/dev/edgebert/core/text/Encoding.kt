package dev.edgebert.core.text

/**
 * Token ids with their origin; all four lists have one entry a token, without padding.
 *
 * @property inputIds vocabulary ids, special tokens included.
 * @property tokenTypeIds 0 up to and including the first separator, 1 after it.
 * @property offsets where the token stands in its own original text, in code points; empty at 0
 *   for special tokens.
 * @property sequenceIds 0 for tokens of the first text, 1 of the second, null for special tokens.
 */
data class Encoding(
    val inputIds: List<Int>,
    val tokenTypeIds: List<Int>,
    val offsets: List<TextRange>,
    val sequenceIds: List<Int?>,
) {
    /** The number of tokens. */
    val size: Int get() = inputIds.size
}

/** Puts [CLS] before the first text and [SEP] after each, as BERT was trained. */
internal fun assemble(texts: List<List<Token>>, classifyId: Int, separateId: Int): Encoding {
    val special = TextRange(0, 0)
    val inputIds = mutableListOf(classifyId)
    val tokenTypeIds = mutableListOf(0)
    val offsets = mutableListOf(special)
    val sequenceIds = mutableListOf<Int?>(null)
    texts.forEachIndexed { sequence, tokens ->
        tokens.mapTo(inputIds) { it.id }
        inputIds += separateId
        tokens.mapTo(offsets) { TextRange(it.start, it.stop) }
        offsets += special
        tokens.mapTo(sequenceIds) { sequence }
        sequenceIds += null
        repeat(tokens.size + 1) { tokenTypeIds += sequence }
    }
    return Encoding(inputIds, tokenTypeIds, offsets, sequenceIds)
}
