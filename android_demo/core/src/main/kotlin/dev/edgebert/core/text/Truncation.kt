package dev.edgebert.core.text

import dev.edgebert.core.BadInputException

/** Which text is cut when a text, or a pair of texts, does not fit. */
enum class Truncation(val key: String) {
    LONGEST_FIRST("longest_first"),
    ONLY_FIRST("only_first"),
    ONLY_SECOND("only_second"),
}

/** How many tokens of each of two texts are kept. */
internal data class KeptLengths(val first: Int, val second: Int)

/**
 * Decides how many tokens of each text to keep.
 *
 * `LONGEST_FIRST` cuts the longer text down to the shorter one's length before it cuts both to
 * halves; of an odd room the longer text gets the larger half, the second one among equals. The
 * other strategies cut one text and leave it at least one token, except for a room of zero, where
 * every strategy drops both texts.
 *
 * @param first tokens of the first text, without special tokens.
 * @param second tokens of the second text, 0 if there is none.
 * @param room tokens that fit beside the special tokens, at least 0.
 * @throws BadInputException the text that is to be cut cannot give up as many as do not fit.
 */
internal fun keptLengths(first: Int, second: Int, room: Int, truncation: Truncation): KeptLengths {
    val excess = first + second - room
    if (excess <= 0) return KeptLengths(first, second)
    if (room == 0) return KeptLengths(0, 0)
    if (truncation == Truncation.LONGEST_FIRST) return cutLongest(first, second, room)
    val cut = if (truncation == Truncation.ONLY_FIRST) first else second
    if (cut <= excess) {
        throw BadInputException(
            "truncation ${truncation.key}: $first + $second tokens of text do not fit into $room, " +
                "and the text to cut has only $cut; raise the length or use longest_first"
        )
    }
    return if (truncation == Truncation.ONLY_FIRST) KeptLengths(first - excess, second)
    else KeptLengths(first, second - excess)
}

private fun cutLongest(first: Int, second: Int, room: Int): KeptLengths {
    val shorter = minOf(first, second, room / 2)
    val longer = room - shorter
    return if (first > second) KeptLengths(longer, shorter) else KeptLengths(shorter, longer)
}

/**
 * Lists ranges that cover `length` tokens, each at most `room` long; neighbours share `stride`
 * tokens, and the last range ends with the text and may be shorter.
 *
 * @throws BadInputException the text does not fit into one window and windows could not advance.
 */
internal fun windowRanges(length: Int, room: Int, stride: Int): List<TextRange> {
    if (length <= room) return listOf(TextRange(0, length))
    if (room < 1) {
        throw BadInputException(
            "the first text leaves no room for the second one, expected at least one token; " +
                "shorten the first text"
        )
    }
    if (stride >= room) {
        throw BadInputException(
            "stride: found $stride tokens of overlap where a window has room for $room tokens of " +
                "the second text, expected fewer"
        )
    }
    return (0 until length - stride step room - stride).map { start ->
        TextRange(start, minOf(start + room, length))
    }
}
