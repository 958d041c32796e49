package dev.edgebert.core.tasks

import dev.edgebert.core.BadInputException
import dev.edgebert.core.text.WordPieceTokenizer

private const val NAME = "multiple-choice"

/**
 * Ranks texts that may continue or answer a prompt; one run of the model a choice.
 *
 * @param maxLength the longest input in tokens, special tokens included.
 */
class MultipleChoice(
    private val tokenizer: WordPieceTokenizer,
    private val maxLength: Int,
) : Task {
    override fun encode(request: Request): EncodedRequest {
        request.refusePair(NAME)
        if (request.choices.size < 2) {
            throw BadInputException(
                "$NAME: found ${request.choices.size} choices, expected two or more texts to " +
                    "choose from; give them as choices"
            )
        }
        val cuts = request.choices.map { tokenizer.encodeCut(request.text, it, maxLength) }
        return EncodedRequest(request, cuts.map { it.encoding }, cuts.any { it.truncated })
    }

    override fun decode(encoded: EncodedRequest, outputs: List<Outputs>): RankedChoices {
        val choices = encoded.request.choices
        val logits = outputs.map { output ->
            val values = output.named("logits").values
            values.singleOrNull() ?: throw BadInputException(
                "$NAME: found ${values.size} scores of one choice, expected 1; export the bundle again"
            )
        }
        val scores = softmax(logits.toFloatArray())
        val best = bestFirst(scores, encoded.request.topK ?: choices.size)
        return RankedChoices(encoded.truncated, best.map { Choice(it, choices[it], scores[it]) })
    }
}
