package dev.edgebert.core.json

/**
 * A JSON value together with its place in the file (`$.artifacts[0].mode`), read as a type.
 *
 * Every reader throws a [JsonException] that names the place where something else is found.
 */
class JsonNode(val json: Json, val place: String = "$") {
    /** This object, if it has no other members than these. */
    fun only(vararg names: String): JsonNode {
        val unknown = members().keys.firstOrNull { it !in names } ?: return this
        throw JsonException("found an unknown field $unknown in $place")
    }

    /** The member of this object. */
    operator fun get(name: String): JsonNode =
        find(name) ?: throw JsonException("found no field $name in $place")

    /** The member of this object, or null where it has none of that name. */
    fun find(name: String): JsonNode? = members()[name]?.let { JsonNode(it, "$place.$name") }

    /** This, or null where the file has null. */
    fun orNull(): JsonNode? = if (json is JsonNull) null else this

    /** The members of this object, in their order. */
    fun entries(): Map<String, JsonNode> =
        members().mapValues { (name, value) -> JsonNode(value, "$place.$name") }

    /** The items of this array. */
    fun items(): List<JsonNode> = when (json) {
        is JsonArray -> json.items.mapIndexed { number, item -> JsonNode(item, "$place[$number]") }
        else -> wrong("an array")
    }

    fun text(): String = if (json is JsonString) json.value else wrong("a text")

    fun boolean(): Boolean = if (json is JsonBoolean) json.value else wrong("true or false")

    fun int(): Int = literal()?.toIntOrNull() ?: wrong("an integer")

    fun long(): Long = literal()?.toLongOrNull() ?: wrong("an integer")

    /** A number that is finite as a double. */
    fun number(): Double =
        literal()?.toDouble()?.takeIf { it.isFinite() } ?: wrong("a finite number")

    private fun literal(): String? = (json as? JsonNumber)?.literal

    private fun members(): Map<String, Json> =
        if (json is JsonObject) json.members else wrong("an object")

    private fun wrong(expected: String): Nothing {
        val found = when (json) {
            is JsonObject -> "an object"
            is JsonArray -> "an array"
            is JsonString -> "\"${json.value}\""
            is JsonNumber -> json.literal
            is JsonBoolean -> json.value.toString()
            JsonNull -> "null"
        }
        throw JsonException("found $found, expected $expected at $place")
    }
}
