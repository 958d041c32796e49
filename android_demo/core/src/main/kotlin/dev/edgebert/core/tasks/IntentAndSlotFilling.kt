package dev.edgebert.core.tasks

import dev.edgebert.core.text.WordPieceTokenizer

private const val NAME = "intent-and-slots"

/**
 * Says what a text asks for, and which values it names, from one run of the model.
 *
 * @param maxLength the longest input in tokens, special tokens included.
 * @param labels the intents in id order.
 * @param slotLabels the slots' BIO tags in id order.
 */
class IntentAndSlotFilling(
    private val tokenizer: WordPieceTokenizer,
    private val maxLength: Int,
    private val labels: List<String>,
    private val slotLabels: List<String>,
) : Task {
    override fun encode(request: Request): EncodedRequest {
        request.refusePair(NAME)
        request.refuseChoices(NAME)
        val cut = tokenizer.encodeCut(request.text, pair = null, maxLength)
        return EncodedRequest(request, listOf(cut.encoding), cut.truncated)
    }

    override fun decode(encoded: EncodedRequest, outputs: List<Outputs>): IntentAndSlots {
        val request = encoded.request
        val intents = outputs.first().named("intent_logits")
        checkLabelCount(labels, intents)
        val count = request.topK ?: DEFAULT_LABELS
        val slots = outputs.first().named("slot_logits")
        return IntentAndSlots(
            encoded.truncated,
            labels = rankLabels(labels, softmax(intents.values), count),
            entities = findEntities(slotLabels, slots, encoded.encodings.first(), request.text),
        )
    }
}
