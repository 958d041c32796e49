package dev.edgebert.core.json

/** A JSON value (RFC 8259). */
sealed interface Json

/** An object; the members keep the order in which they stood. */
data class JsonObject(val members: Map<String, Json>) : Json

/** An array. */
data class JsonArray(val items: List<Json>) : Json

/** A string. */
data class JsonString(val value: String) : Json

/** A number, kept as it was written: what type it is read as is the reader's business. */
data class JsonNumber(val literal: String) : Json

/** true or false. */
data class JsonBoolean(val value: Boolean) : Json

/** null. */
data object JsonNull : Json

/** The JSON is not well-formed, or holds something else than expected; told in one line. */
class JsonException(message: String) : Exception(message)
