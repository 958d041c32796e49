package dev.edgebert.core.text

/** A normalised text as code points; `positions[i]` is where its i-th stood in the original. */
internal class NormalizedText(val codePoints: IntArray, val positions: IntArray)

/**
 * Cleans, spaces ideographs, strips accents and lowercases, in this order.
 *
 * 1. Removed characters vanish, whitespace becomes U+0020.
 * 2. With `splitCjk`, an ideograph gets a space on either side.
 * 3. With accents stripped, characters are decomposed (NFD) and nonspacing marks dropped.
 * 4. With `lowercase`, every character is lowercased on its own (no final sigma, no locale).
 */
internal class Normalizer(private val tables: UnicodeTables, config: TokenizerConfig) {
    private val lowercase = config.lowercase
    private val stripAccents = config.stripsAccents
    private val splitCjk = config.splitCjk
    private val asciiForms = Array(ASCII) { computeForm(it) }

    /** Normalises the code points [start, stop) of a text; the positions count in that text. */
    fun normalize(text: IntArray, start: Int = 0, stop: Int = text.size): NormalizedText {
        val codePoints = IntList(stop - start)
        val positions = IntList(stop - start)
        for (at in start until stop) {
            for (code in form(text[at])) {
                if (isKeptMark(code)) return normalizeInCanonicalOrder(text, start, stop)
                codePoints.add(code)
                positions.add(at)
            }
        }
        return NormalizedText(codePoints.toIntArray(), positions.toIntArray())
    }

    /** Whether this mark survives stripping, so that the order of marks matters. */
    private fun isKeptMark(code: Int): Boolean =
        code >= ASCII && stripAccents && code in tables.combiningOrder && code !in tables.nonspacing

    /** All steps on one character; right unless combining marks change places. */
    private fun form(code: Int): IntArray = if (code < ASCII) asciiForms[code] else computeForm(code)

    private fun computeForm(code: Int): IntArray = clean(code).flatMap { unit ->
        if (stripAccents) tables.decompose(unit).filter { it !in tables.nonspacing }
        else listOf(unit)
    }.flatMap { lower(it).asList() }.toIntArray()

    /** Steps 1 and 2 on one character. */
    private fun clean(code: Int): IntArray = when {
        code in tables.removed -> intArrayOf()
        code in tables.whitespace -> intArrayOf(SPACE)
        splitCjk && code in tables.ideographs -> intArrayOf(SPACE, code, SPACE)
        else -> intArrayOf(code)
    }

    private fun lower(code: Int): IntArray =
        if (lowercase) tables.lower(code) else intArrayOf(code)

    /**
     * Normalises a text with combining marks that stay and may change places.
     *
     * The reference hands out original positions by order and not by identity: the n-th character
     * that is first in its decomposition gets the n-th original position, wherever sorting has put
     * it, and what follows it in a decomposition shares it.
     */
    private fun normalizeInCanonicalOrder(text: IntArray, start: Int, stop: Int): NormalizedText {
        val origins = IntList(stop - start)
        val parts = ArrayList<Part>()
        for (at in start until stop) {
            for (unit in clean(text[at])) {
                origins.add(at)
                tables.decompose(unit).mapIndexedTo(parts) { index, code -> Part(code, index > 0) }
            }
        }
        val places = origins.toIntArray()
        val codePoints = IntList(parts.size)
        val positions = IntList(parts.size)
        var original = -1
        for (part in inCanonicalOrder(parts)) {
            if (!part.added) original++
            if (part.code in tables.nonspacing) continue
            for (code in lower(part.code)) {
                codePoints.add(code)
                positions.add(places[original])
            }
        }
        return NormalizedText(codePoints.toIntArray(), positions.toIntArray())
    }

    /** Sorts each run of combining marks by rank; marks of one rank keep their order. */
    private fun inCanonicalOrder(parts: List<Part>): List<Part> {
        val ordered = ArrayList<Part>(parts.size)
        val run = ArrayList<Part>()
        for (part in parts) {
            if (part.code in tables.combiningOrder) {
                run += part
            } else {
                ordered += run.sortedBy { tables.combiningOrder[it.code] }
                run.clear()
                ordered += part
            }
        }
        return ordered + run.sortedBy { tables.combiningOrder[it.code] }
    }

    /** A character of a decomposition; `added` for all but the first of an original character. */
    private class Part(val code: Int, val added: Boolean)

    private companion object {
        const val ASCII = 0x80
        const val SPACE = 0x20
    }
}
