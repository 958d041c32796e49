package dev.edgebert.core.text

import dev.edgebert.core.BadInputException

/**
 * BERT's tokenizer, equal in ids and offsets to edgebert's in Python. It may be used from several
 * threads at once.
 *
 * Special tokens typed in a text ("[SEP]") are plain text, so nobody can inject one; only
 * `allowMask` reads a mask token.
 *
 * @param vocabulary the tokens in the order of their ids.
 * @property config how text is normalised and which tokens are special.
 * @throws BadInputException the vocabulary is empty, holds a token twice or lacks a special token;
 *   `maxWordChars` is below 1.
 */
class WordPieceTokenizer(vocabulary: List<String>, val config: TokenizerConfig) {
    private val tokens = vocabulary.toList()
    private val ids = indexVocabulary(tokens, "of the tokenizer")
    private val tables = UnicodeTables.shared
    private val normalizer = Normalizer(tables, config)
    private val splitter = WordSplitter(tables)
    private val wordPiece: WordPiece
    private val mask = config.mask.toCodePoints()

    init {
        checkSpecialTokens(ids, config)
        if (config.maxWordChars < 1) {
            throw BadInputException(
                "max_word_chars: found ${config.maxWordChars}, expected at least 1"
            )
        }
        wordPiece = WordPiece(ids, config)
    }

    /** Id of the token that fills a sequence. */
    val padId: Int = ids.getValue(config.pad)

    /** Id of the token that a masked language model fills in. */
    val maskId: Int = ids.getValue(config.mask)

    private val classifyId = ids.getValue(config.classify)
    private val separateId = ids.getValue(config.separate)

    /** The vocabulary entry of an id; throws [BadInputException] if there is none. */
    fun token(id: Int): String = tokens.getOrNull(id) ?: throw BadInputException(
        "token id: found $id, expected 0 to ${tokens.size - 1}; " +
            "are vocabulary and model of one checkpoint?"
    )

    /**
     * Tokenizes a text, or a pair of texts, and cuts it to a length.
     *
     * @param text any text; of an empty one only the special tokens remain.
     * @param pair the second text, if the model takes two.
     * @param maxLength most tokens in the result, special tokens included.
     * @param truncation which text is cut when both do not fit.
     * @param allowMask read the mask token in a text as the mask and not as plain text.
     * @throws BadInputException `maxLength` leaves no room for the special tokens, or the strategy
     *   cannot cut the texts so that they fit.
     */
    fun encode(
        text: String,
        pair: String? = null,
        maxLength: Int,
        truncation: Truncation = Truncation.LONGEST_FIRST,
        allowMask: Boolean = false,
    ): Encoding {
        val room = room(maxLength, isPair = pair != null)
        if (pair == null) {
            // Tokens beyond the first that does not fit change nothing: a book costs no more time.
            val only = tokenize(text, allowMask, enough = room + 1)
            val kept = keptLengths(only.size, 0, room, truncation)
            return assemble(listOf(only.take(kept.first)), classifyId, separateId)
        }
        val first = tokenize(text, allowMask)
        val second = tokenize(pair, allowMask)
        val kept = keptLengths(first.size, second.size, room, truncation)
        val texts = listOf(first.take(kept.first), second.take(kept.second))
        return assemble(texts, classifyId, separateId)
    }

    /**
     * Tokenizes a pair whose second text may be long, as overlapping windows over it.
     *
     * Each window is the whole first text and a part of the second. All but the last window have
     * exactly `maxLength` tokens, and neighbours share `stride` tokens of the second text.
     *
     * @param text the first text, a question for example; never cut.
     * @param pair the second text, its context.
     * @param maxLength most tokens of a window, special tokens included.
     * @param stride tokens of the second text that neighbouring windows share.
     * @throws BadInputException the first text leaves no room for the second, or `stride` is
     *   negative or as large as a window's room for the second text.
     */
    fun encodeWindows(text: String, pair: String, maxLength: Int, stride: Int): List<Encoding> {
        val room = room(maxLength, isPair = true)
        if (stride !in 0 until maxOf(room, 1)) {
            throw BadInputException(
                "stride: found $stride, expected 0 to ${maxOf(room, 1) - 1}, " +
                    "less than what a length of $maxLength leaves for text"
            )
        }
        val first = tokenize(text)
        val second = tokenize(pair)
        return windowRanges(second.size, room - first.size, stride).map { (start, stop) ->
            assemble(listOf(first, second.subList(start, stop)), classifyId, separateId)
        }
    }

    /** The tokens of text that fit beside the special tokens. */
    private fun room(maxLength: Int, isPair: Boolean): Int {
        val special = if (isPair) 3 else 2
        if (maxLength < special) {
            throw BadInputException(
                "max_length: found $maxLength, expected at least $special, the special tokens of " +
                    if (isPair) "a pair of texts" else "one text"
            )
        }
        return maxLength - special
    }

    /** Tokenizes a text, at its own positions; may stop when there are `enough` tokens. */
    private fun tokenize(
        text: String,
        allowMask: Boolean = false,
        enough: Int = Int.MAX_VALUE,
    ): List<Token> {
        val codePoints = text.toCodePoints()
        val found = ArrayList<Token>()
        var start = 0
        while (start < codePoints.size && found.size < enough) {
            val masked = if (allowMask) codePoints.indexOf(mask, start) else -1
            val stop = if (masked >= 0) masked else codePoints.size
            tokenizePlain(codePoints, start, stop, found, enough)
            if (masked >= 0) found += Token(maskId, stop, stop + mask.size)
            start = if (masked >= 0) stop + mask.size else stop
        }
        return found
    }

    /** Adds the tokens of [start, stop), chunk by chunk: whitespace separates what can interact. */
    private fun tokenizePlain(
        text: IntArray,
        start: Int,
        stop: Int,
        found: MutableList<Token>,
        enough: Int,
    ) {
        var at = start
        while (at < stop && found.size < enough) {
            while (at < stop && text[at] in tables.whitespace) at++
            val begin = at
            while (at < stop && text[at] !in tables.whitespace) at++
            if (at > begin) found += spellChunk(text, begin, at)
        }
    }

    private fun spellChunk(text: IntArray, start: Int, stop: Int): List<Token> {
        val normalized = normalizer.normalize(text, start, stop)
        val positions = normalized.positions
        return splitter.split(normalized.codePoints).flatMap { word ->
            wordPiece.spell(normalized.codePoints, word).map { token ->
                Token(token.id, positions[token.start], positions[token.stop - 1] + 1)
            }
        }
    }
}
