package dev.edgebert.core.json

import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

class JsonTest {
    @Test
    fun `every kind of value is read`() {
        val string = """"x\u00e9\ud83d\ude00\n\"\\\/""""
        val text = """ { "a" : [1, -2.5e-3, true, false, null, $string] , "b":{}, "c":[ ] }"""
        val items = listOf(
            JsonNumber("1"),
            JsonNumber("-2.5e-3"),
            JsonBoolean(true),
            JsonBoolean(false),
            JsonNull,
            JsonString("xé\uD83D\uDE00\n\"\\/"),
        )
        val nothing = listOf("b" to JsonObject(emptyMap()), "c" to JsonArray(emptyList()))
        assertEquals(JsonObject(mapOf("a" to JsonArray(items)) + nothing), parseJson(text))
    }

    @Test
    fun `what is no JSON is refused`() {
        val refused = listOf(
            "", " ", "{", "[1", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "[1 2]", "[1}",
            "nul", "NaN", "Infinity", "01", "1.", ".5", "+1", "1e", "--1", "1 1", "{} x", "// c\n1",
            "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u +12\"", "\"\t\"",
            "{\"a\":1,\"a\":2}", "\uFEFF1",
        )
        for (text in refused) {
            val error = assertFailsWith<JsonException>("read $text") { parseJson(text) }
            assertTrue(error.message.orEmpty().startsWith("not valid JSON: "), error.message)
        }
    }

    @Test
    fun `deep nesting is refused and does not overflow`() {
        parseJson("[".repeat(DEEPEST) + "]".repeat(DEEPEST))
        assertFailsWith<JsonException> { parseJson("[".repeat(100_000)) }
        assertFailsWith<JsonException> { parseJson("{\"a\":".repeat(100_000)) }
    }

    @Test
    fun `what is written is read as it was`() {
        val value = jsonObject(
            "text" to "a\"\\\u0000\u001f\nü\uD83D\uDE00\uD83D".toJson(),
            "numbers" to listOf(0.1, -1e-300, 5e20).toJson { it.toJson() },
            "int" to 7.toJson(),
            "none" to null,
            "yes" to JsonBoolean(true),
        )
        assertEquals(value, parseJson(value.encode()))
        assertTrue('\n' !in value.encode())
        assertFailsWith<IllegalArgumentException> { Double.NaN.toJson() }
    }

    @Test
    fun `a value of another type is told with its place`() {
        val root = JsonNode(parseJson("""{"a": [{"b": "x"}], "n": 1.5, "big": 1e999}"""))
        val node = root["a"].items().first()["b"]
        assertEquals("x", node.text())
        assertFails("found \"x\", expected an integer at $.a[0].b") { node.int() }
        assertFails("found 1.5, expected an integer at $.n") { root["n"].int() }
        assertFails("found 1e999, expected a finite number at $.big") { root["big"].number() }
        assertFails("found no field c in $") { root["c"] }
        assertFails("found an unknown field big in $") { root.only("a", "n") }
    }

    private fun assertFails(message: String, block: () -> Unit) {
        assertEquals(message, assertFailsWith<JsonException> { block() }.message)
    }
}
