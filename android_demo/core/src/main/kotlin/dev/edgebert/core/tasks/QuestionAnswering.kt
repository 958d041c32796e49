package dev.edgebert.core.tasks

import dev.edgebert.core.BadInputException
import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.text.Encoding
import dev.edgebert.core.text.TextRange
import dev.edgebert.core.text.WordPieceTokenizer
import dev.edgebert.core.text.substring

// transformers' question-answering pipeline (versions 2 to 4) has the same two limits.
private const val LONGEST_ANSWER = 15 // tokens
private const val LONGEST_STRIDE = 128 // tokens that neighbouring windows share

private const val PAIR_SPECIAL_TOKENS = 3

/**
 * Looks for the answer in overlapping windows over the context, however long that is.
 *
 * @param maxLength the longest input in tokens, special tokens included.
 */
class QuestionAnswering(
    private val tokenizer: WordPieceTokenizer,
    private val maxLength: Int,
) : Task {
    /** See [Task]; a question longer than half of the longest input is cut to that. */
    override fun encode(request: Request): EncodedRequest {
        request.refuseChoices("question-answering")
        val context = request.pair ?: throw BadInputException(
            "question-answering: found a question without a context, expected the text that " +
                "holds the answer; give it as context"
        )
        val room = maxLength - PAIR_SPECIAL_TOKENS
        val (asked, truncated) = tokenizer.encodeCut(request.text, pair = null, room / 2 + 2)
        val question =
            if (truncated) request.text.substring(TextRange(0, asked.offsets[asked.size - 2].end))
            else request.text
        val left = room - (asked.size - 2)
        val windows = tokenizer.encodeWindows(
            question,
            context,
            maxLength,
            stride = minOf(left / 2, LONGEST_STRIDE),
        )
        return EncodedRequest(request, windows, truncated)
    }

    override fun decode(encoded: EncodedRequest, outputs: List<Outputs>): ExtractedAnswer {
        val (window, span) = encoded.encodings.zip(outputs)
            .map { (window, output) ->
                window to bestSpan(window, output.named("start_logits"), output.named("end_logits"))
            }
            .maxBy { (_, span) -> span.score }
        val range = characters(window, span)
        val text = encoded.request.pair.orEmpty().substring(range)
        return ExtractedAnswer(encoded.truncated, text, span.score, range)
    }

    /** The span's place in the context, widened to whole words. */
    private fun characters(window: Encoding, span: Span): TextRange {
        var first = span.first
        var last = span.last
        while (continues(window, first)) first--
        while (last + 1 < window.size && continues(window, last + 1)) last++
        return TextRange(window.offsets[first].start, window.offsets[last].end)
    }

    /** Whether a token continues the word of the token before it, inside the context. */
    private fun continues(window: Encoding, position: Int): Boolean =
        window.sequenceIds[position] == 1 &&
            window.sequenceIds[position - 1] == 1 &&
            tokenizer.token(window.inputIds[position]).startsWith(tokenizer.config.subwordPrefix)
}

/** Tokens first to last (inclusive) of one window, and the span's score. */
private class Span(val first: Int, val last: Int, val score: Double)

/**
 * The likeliest span of the context in one window; score 0 if the window has no token of it.
 *
 * The probabilities are taken over the context and [CLS]: a model trained on questions without an
 * answer puts its weight on [CLS] then, which leaves little for any span. [CLS] is never an answer.
 */
private fun bestSpan(window: Encoding, startLogits: Tensor, endLogits: Tensor): Span {
    val context = window.sequenceIds.indices.filter { window.sequenceIds[it] == 1 }
    if (context.isEmpty()) return Span(0, 0, 0.0)
    val valid = listOf(0) + context
    val starts = softmax(startLogits.at(valid)).drop(1)
    val ends = softmax(endLogits.at(valid)).drop(1)
    var best = Span(context.first(), context.first(), starts.first() * ends.first())
    for (first in context.indices) {
        for (last in first until minOf(first + LONGEST_ANSWER, context.size)) {
            val score = starts[first] * ends[last]
            if (score > best.score) best = Span(context[first], context[last], score)
        }
    }
    return best
}

private fun Tensor.at(positions: List<Int>): FloatArray =
    FloatArray(positions.size) { values[positions[it]] }
