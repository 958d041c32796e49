package dev.edgebert.core.text

/**
 * Part of a text: [start, end), counted in Unicode code points of that text.
 *
 * Code points, and not Kotlin's UTF-16 units, are what every position in core counts, because
 * Python and Swift count them too. For a span of an Android text, go through [utf16Range].
 */
data class TextRange(val start: Int, val end: Int)

/** The range in UTF-16 units, as `String.substring` and Android's spans take it. */
fun TextRange.utf16Range(text: String): IntRange {
    val first = text.offsetByCodePoints(0, start)
    return first until text.offsetByCodePoints(first, end - start)
}

/** The part of a text that a range of code points covers. */
fun String.substring(range: TextRange): String = substring(range.utf16Range(this))

/** The code points of a text; a lone surrogate counts as one. */
internal fun String.toCodePoints(): IntArray = codePoints().toArray()

/** Where `part` begins in this array, from `from` on, or -1. */
internal fun IntArray.indexOf(part: IntArray, from: Int): Int =
    (from..size - part.size).firstOrNull { start ->
        part.indices.all { this[start + it] == part[it] }
    } ?: -1

/** A growing list of ints without boxes. */
internal class IntList(capacity: Int) {
    private var values = IntArray(maxOf(capacity, 1))

    var size = 0
        private set

    fun add(value: Int) {
        if (size == values.size) values = values.copyOf(2 * size)
        values[size++] = value
    }

    fun toIntArray(): IntArray = values.copyOf(size)
}
