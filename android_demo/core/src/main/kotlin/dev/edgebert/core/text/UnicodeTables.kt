package dev.edgebert.core.text

/** A set of code points, as sorted half-open ranges [start, stop, start, stop, ...]. */
class CodePointSet(private val boundaries: IntArray) {
    /** Whether the code point lies inside a range: then an odd number of boundaries is passed. */
    operator fun contains(codePoint: Int): Boolean {
        val found = boundaries.binarySearch(codePoint)
        val passed = if (found >= 0) found + 1 else -found - 1
        return passed % 2 == 1
    }
}

/**
 * What normalising and splitting need to know of each character.
 *
 * Java's tables differ from those of the reference tokenizer, and Android's change with the system.
 * So what a character is comes from `unicode_tables.json` alone, which edgebert generates and every
 * language reads; the build packs it as a resource, and `tests/golden/README.md` explains it.
 *
 * @property removed control, format and private-use characters, U+0000, U+FFFD, lone surrogates.
 * @property whitespace characters that separate words.
 * @property ideographs CJK ideographs that become words of their own.
 * @property nonspacing marks that stripping accents drops.
 * @property punctuation characters that are words of their own.
 * @property combiningOrder combining marks with the rank by which NFD sorts a run of them.
 */
class UnicodeTables internal constructor(
    val removed: CodePointSet,
    val whitespace: CodePointSet,
    val ideographs: CodePointSet,
    val nonspacing: CodePointSet,
    val punctuation: CodePointSet,
    val combiningOrder: Map<Int, Int>,
    private val lowercase: Map<Int, IntArray>,
    private val decompositions: Map<Int, IntArray>,
) {
    /** The full canonical decomposition (NFD) of one character. */
    fun decompose(codePoint: Int): IntArray =
        if (codePoint in HANGUL_SYLLABLES) hangulJamo(codePoint)
        else decompositions[codePoint] ?: intArrayOf(codePoint)

    /** The lowercase of one character, whatever stands around it and whatever the locale. */
    fun lower(codePoint: Int): IntArray = lowercase[codePoint] ?: intArrayOf(codePoint)

    companion object {
        /** The tables that are packed with core; read at the first use. */
        val shared: UnicodeTables by lazy { readUnicodeTables() }
    }
}

// Hangul syllables decompose by arithmetic (Unicode Standard, section 3.12), not by table.
private val HANGUL_SYLLABLES = 0xAC00..0xD7A3
private const val LEADING_FIRST = 0x1100
private const val VOWEL_FIRST = 0x1161
private const val TRAILING_BEFORE_FIRST = 0x11A7
private const val VOWEL_COUNT = 21
private const val TRAILING_COUNT = 28

private fun hangulJamo(syllable: Int): IntArray {
    val index = syllable - HANGUL_SYLLABLES.first
    val leading = LEADING_FIRST + index / (VOWEL_COUNT * TRAILING_COUNT)
    val vowel = VOWEL_FIRST + index / TRAILING_COUNT % VOWEL_COUNT
    val trailing = index % TRAILING_COUNT
    return if (trailing == 0) intArrayOf(leading, vowel)
    else intArrayOf(leading, vowel, TRAILING_BEFORE_FIRST + trailing)
}
