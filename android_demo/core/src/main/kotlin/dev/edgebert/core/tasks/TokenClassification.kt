package dev.edgebert.core.tasks

import dev.edgebert.core.text.WordPieceTokenizer

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
        val logits = outputs.first().named("logits")
        val entities = findEntities(labels, logits, encoded.encodings.first(), encoded.request.text)
        return Entities(encoded.truncated, entities)
    }
}
