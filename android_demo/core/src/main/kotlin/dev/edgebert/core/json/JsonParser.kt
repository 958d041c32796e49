package dev.edgebert.core.json

/**
 * Reads one JSON text, strictly as RFC 8259 has it.
 *
 * Android has `org.json`, a plain JVM has not, and `org.json` reads much that is no JSON (unquoted
 * text, trailing commas, whatever stands after the end). A damaged bundle must be refused and not
 * half understood, and core is to have no dependency, so it has a small strict reader of its own.
 * An object that has a name twice is refused as well.
 *
 * @throws JsonException the text is not well-formed, or nested deeper than [DEEPEST].
 */
fun parseJson(text: String): Json = JsonParser(text).parse()

/** Deeper nesting than this is refused: it would exhaust the stack. */
const val DEEPEST = 64

private class JsonParser(private val text: String) {
    private var at = 0

    fun parse(): Json {
        val value = value(depth = 0)
        skipSpace()
        if (at < text.length) fail("found more after the end of the value")
        return value
    }

    private fun value(depth: Int): Json {
        if (depth > DEEPEST) fail("nested more than $DEEPEST levels deep")
        skipSpace()
        return when (peek()) {
            '{' -> objectValue(depth)
            '[' -> arrayValue(depth)
            '"' -> JsonString(string())
            't' -> word("true", JsonBoolean(true))
            'f' -> word("false", JsonBoolean(false))
            'n' -> word("null", JsonNull)
            else -> number()
        }
    }

    private fun objectValue(depth: Int): Json {
        val members = LinkedHashMap<String, Json>()
        at++
        if (skipTo('}')) return JsonObject(members)
        do {
            skipSpace()
            if (peek() != '"') fail("expected a name in quotes")
            val name = string()
            if (!skipTo(':')) fail("expected ':'")
            if (members.put(name, value(depth + 1)) != null) fail("found the name $name twice")
        } while (skipTo(','))
        if (!skipTo('}')) fail("expected ',' or '}'")
        return JsonObject(members)
    }

    private fun arrayValue(depth: Int): Json {
        val items = ArrayList<Json>()
        at++
        if (skipTo(']')) return JsonArray(items)
        do {
            items += value(depth + 1)
        } while (skipTo(','))
        if (!skipTo(']')) fail("expected ',' or ']'")
        return JsonArray(items)
    }

    private fun string(): String {
        at++
        val start = at
        while (at < text.length && text[at] != '"' && text[at] != '\\' && text[at] >= ' ') at++
        if (at < text.length && text[at] == '"') return text.substring(start, at++)
        val value = StringBuilder().append(text, start, at)
        while (true) {
            when (val unit = next()) {
                '"' -> return value.toString()
                '\\' -> value.append(escaped())
                else -> {
                    if (unit < ' ') fail("found a control character in a string")
                    value.append(unit)
                }
            }
        }
    }

    private fun escaped(): Char = when (val unit = next()) {
        '"', '\\', '/' -> unit
        'b' -> '\b'
        'f' -> '\u000c'
        'n' -> '\n'
        'r' -> '\r'
        't' -> '\t'
        'u' -> {
            val digits = String(CharArray(4) { next() })
            if (!HEX.matches(digits)) fail("found \\u$digits, expected four hex digits")
            digits.toInt(radix = 16).toChar()
        }
        else -> fail("found an unknown escape")
    }

    private fun number(): Json {
        val start = at
        while (at < text.length && text[at] in NUMBER_UNITS) at++
        val literal = text.substring(start, at)
        if (!NUMBER.matches(literal)) {
            at = start
            fail("expected a value")
        }
        return JsonNumber(literal)
    }

    private fun word(word: String, value: Json): Json {
        if (!text.startsWith(word, at)) fail("expected a value")
        at += word.length
        return value
    }

    private fun skipTo(mark: Char): Boolean {
        skipSpace()
        if (peek() != mark) return false
        at++
        return true
    }

    private fun skipSpace() {
        while (at < text.length && text[at] in " \t\n\r") at++
    }

    private fun peek(): Char? = text.getOrNull(at)

    private fun next(): Char =
        if (at < text.length) text[at++] else fail("it ends in the middle of a string")

    private fun fail(problem: String): Nothing {
        val where = if (at < text.length) "at character $at" else "at the end"
        throw JsonException("not valid JSON: $problem $where")
    }

    private companion object {
        const val NUMBER_UNITS = "0123456789+-.eE"
        val NUMBER = Regex("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")
        val HEX = Regex("[0-9a-fA-F]{4}")
    }
}
