package dev.edgebert.core.tasks

import dev.edgebert.core.BadInputException
import dev.edgebert.core.text.Encoding
import dev.edgebert.core.text.TextRange
import dev.edgebert.core.text.WordPieceTokenizer
import dev.edgebert.core.text.utf16Range

private const val NAME = "fill-mask"
private const val DEFAULT_TOP_K = 5

/**
 * Ranks the vocabulary for every mask token ("[MASK]") typed in a text.
 *
 * @param maxLength the longest input in tokens, special tokens included.
 */
class FillMask(private val tokenizer: WordPieceTokenizer, private val maxLength: Int) : Task {
    /** See [Task]; a text without a mask among the tokens that fit is refused. */
    override fun encode(request: Request): EncodedRequest {
        request.refusePair(NAME)
        request.refuseChoices(NAME)
        val cut = tokenizer.encodeCut(request.text, pair = null, maxLength, allowMask = true)
        if (maskPositions(cut.encoding).isEmpty()) {
            val mask = tokenizer.config.mask
            val place = if (cut.truncated) "in the first $maxLength tokens" else "in the text"
            throw BadInputException(
                "$NAME: found no $mask $place, expected at least one; " +
                    "write $mask where a word is missing"
            )
        }
        return EncodedRequest(request, listOf(cut.encoding), cut.truncated)
    }

    override fun decode(encoded: EncodedRequest, outputs: List<Outputs>): FilledMasks {
        val encoding = encoded.encodings.first()
        val logits = outputs.first().named("logits")
        val count = encoded.request.topK ?: DEFAULT_TOP_K
        val masks = maskPositions(encoding).map { position ->
            val range = encoding.offsets[position]
            val scores = softmax(logits.row(position))
            val fills = bestFirst(scores, count).map { id ->
                val token = tokenizer.token(id)
                Fill(token, scores[id], filled(encoded.request.text, range, token))
            }
            Mask(range, fills)
        }
        return FilledMasks(encoded.truncated, masks)
    }

    private fun maskPositions(encoding: Encoding): List<Int> =
        encoding.inputIds.indices.filter { encoding.inputIds[it] == tokenizer.maskId }

    private fun filled(text: String, range: TextRange, token: String): String {
        val units = range.utf16Range(text)
        val before = text.substring(0, units.first)
        val after = text.substring(units.last + 1)
        val prefix = tokenizer.config.subwordPrefix
        // A token that continues a word joins the word before it.
        val joins = token.startsWith(prefix) && token != prefix
        return (if (joins) before.dropLastWhile(::isSpace) else before) + token.removePrefix(prefix) + after
    }
}

/** What Python's `str.isspace` calls whitespace; Java's and Kotlin's notions differ from it. */
private fun isSpace(unit: Char): Boolean = when (unit.code) {
    in 0x09..0x0D, in 0x1C..0x20, 0x85, 0xA0, 0x1680, in 0x2000..0x200A -> true
    0x2028, 0x2029, 0x202F, 0x205F, 0x3000 -> true
    else -> false
}
