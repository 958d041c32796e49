package dev.edgebert.core.text

import dev.edgebert.core.BadInputException
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException

/**
 * Reads a vocab.txt: UTF-8, a token a line; the id of a token is its line number from 0.
 *
 * Only the line end (LF or CR LF) is cut off: some vocabularies contain U+2028 or U+00A0.
 *
 * @throws BadInputException the content is no UTF-8, is empty or holds a token twice.
 */
fun readVocabulary(content: ByteArray, source: String): List<String> {
    val text = try {
        decodeUtf8(content).removePrefix("\uFEFF")
    } catch (error: CharacterCodingException) {
        throw BadInputException(
            "vocabulary $source: not UTF-8; expected a vocab.txt with a token a line",
            error,
        )
    }
    val lines = text.split('\n')
    val tokens = (if (lines.last().isEmpty()) lines.dropLast(1) else lines).map { it.removeSuffix("\r") }
    indexVocabulary(tokens, source)
    return tokens
}

/** Decodes UTF-8, and refuses what is none instead of replacing it. */
@Throws(CharacterCodingException::class)
internal fun decodeUtf8(content: ByteArray): String =
    Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString()

/** The id of each token; refuses an empty vocabulary and a token that stands twice. */
internal fun indexVocabulary(tokens: List<String>, source: String): Map<String, Int> {
    if (tokens.isEmpty()) {
        throw BadInputException("vocabulary $source: found no token, expected a token a line")
    }
    val ids = HashMap<String, Int>(2 * tokens.size)
    tokens.forEachIndexed { id, token ->
        val before = ids.put(token, id) ?: return@forEachIndexed
        throw BadInputException(
            "vocabulary $source: token \"$token\" stands twice, with ids $before and $id; " +
                "expected each token once"
        )
    }
    return ids
}

/** Refuses a vocabulary that lacks a special token of the settings, or settings that name none. */
internal fun checkSpecialTokens(ids: Map<String, Int>, config: TokenizerConfig) {
    val missing = config.specialTokens.filter { it.isEmpty() || it !in ids }
    if (missing.isNotEmpty()) {
        throw BadInputException(
            "vocabulary of ${ids.size} tokens: lacks ${missing.joinToString { "\"$it\"" }}; " +
                "expected all of ${config.specialTokens.joinToString()}"
        )
    }
}
