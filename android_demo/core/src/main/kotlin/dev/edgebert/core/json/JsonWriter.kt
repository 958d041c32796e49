package dev.edgebert.core.json

/** Writes this value on one line; characters beyond ASCII stay as they are. */
fun Json.encode(): String = StringBuilder().also { it.write(this) }.toString()

/** Makes an object of its members; null stands for JSON's null. */
fun jsonObject(vararg members: Pair<String, Json?>): JsonObject =
    JsonObject(members.associate { (name, value) -> name to (value ?: JsonNull) })

fun String.toJson(): Json = JsonString(this)

fun Int.toJson(): Json = JsonNumber(toString())

fun Long.toJson(): Json = JsonNumber(toString())

/** A finite number, in the fewest digits that give the same double again. */
fun Double.toJson(): Json {
    require(isFinite()) { "JSON has no number $this" }
    return JsonNumber(toString())
}

fun <T> Iterable<T>.toJson(item: (T) -> Json): Json = JsonArray(map(item))

fun <T> Map<String, T>.toJson(value: (T) -> Json): Json = JsonObject(mapValues { value(it.value) })

private fun StringBuilder.write(value: Json) {
    when (value) {
        is JsonObject -> writeList('{', '}', value.members.entries) { (name, member) ->
            writeString(name)
            append(':')
            write(member)
        }
        is JsonArray -> writeList('[', ']', value.items) { write(it) }
        is JsonString -> writeString(value.value)
        is JsonNumber -> append(value.literal)
        is JsonBoolean -> append(value.value)
        JsonNull -> append("null")
    }
}

private fun <T> StringBuilder.writeList(
    open: Char,
    close: Char,
    items: Collection<T>,
    write: (T) -> Unit,
) {
    append(open)
    items.forEachIndexed { number, item ->
        if (number > 0) append(',')
        write(item)
    }
    append(close)
}

private fun StringBuilder.writeString(value: String) {
    append('"')
    value.forEachIndexed { at, unit ->
        when {
            unit == '"' || unit == '\\' -> append('\\').append(unit)
            unit < ' ' || value.isLoneSurrogate(at) -> append(escape(unit))
            else -> append(unit)
        }
    }
    append('"')
}

private fun escape(unit: Char): String = "\\u" + unit.code.toString(radix = 16).padStart(4, '0')

private fun String.isLoneSurrogate(at: Int): Boolean = when {
    this[at].isHighSurrogate() -> getOrNull(at + 1)?.isLowSurrogate() != true
    this[at].isLowSurrogate() -> getOrNull(at - 1)?.isHighSurrogate() != true
    else -> false
}
