package dev.edgebert.core.text

/** A vocabulary entry at the code points [start, stop) of a text. */
internal class Token(val id: Int, val start: Int, val stop: Int)

/** Splits a normalised text at spaces; every punctuation character is a word of its own. */
internal class WordSplitter(private val tables: UnicodeTables) {
    /** The ranges of the words, in their order. */
    fun split(codePoints: IntArray): List<TextRange> {
        val words = ArrayList<TextRange>()
        var start = 0
        fun endWord(at: Int) {
            if (at > start) words += TextRange(start, at)
            start = at + 1
        }
        codePoints.forEachIndexed { at, code ->
            if (code == SPACE) {
                endWord(at)
            } else if (code in tables.punctuation) {
                endWord(at)
                words += TextRange(at, at + 1)
            }
        }
        endWord(codePoints.size)
        return words
    }

    private companion object {
        const val SPACE = 0x20
    }
}

/** Spells words by greedy longest match, from left to right. */
internal class WordPiece(private val ids: Map<String, Int>, config: TokenizerConfig) {
    private val unknown = ids.getValue(config.unknown)
    private val maxWordChars = config.maxWordChars
    private val longest = ids.keys.maxOf { it.codePointCount(0, it.length) }
    private val subwordIds = ids.filterKeys { it.startsWith(config.subwordPrefix) }
        .mapKeys { it.key.substring(config.subwordPrefix.length) }

    /**
     * The entries that spell the word [word] of a text, at their places in that text.
     *
     * The unknown token stands over all of a word where no entry matches at some place, even if
     * entries match before it, and where it is longer than `maxWordChars`.
     */
    fun spell(text: IntArray, word: TextRange): List<Token> {
        val tokens = ArrayList<Token>()
        var start = word.start
        while (start < word.end && word.end - word.start <= maxWordChars) {
            tokens += longestMatch(text, start, word.end, if (start == word.start) ids else subwordIds)
                ?: break
            start = tokens.last().stop
        }
        return if (start == word.end) tokens else listOf(Token(unknown, word.start, word.end))
    }

    private fun longestMatch(text: IntArray, start: Int, end: Int, ids: Map<String, Int>): Token? {
        val rest = String(text, start, minOf(end - start, longest))
        var units = rest.length
        for (stop in minOf(end, start + longest) downTo start + 1) {
            ids[rest.substring(0, units)]?.let { return Token(it, start, stop) }
            units -= Character.charCount(text[stop - 1])
        }
        return null
    }
}
