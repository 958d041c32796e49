package dev.edgebert.core

import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.json.parseJson
import java.io.File
import org.junit.Assume.assumeTrue

/** A file of `tests/golden`, whose folder the build names. */
fun golden(name: String): JsonNode {
    val folder = checkNotNull(System.getProperty("edgebert.golden")) {
        "the system property edgebert.golden must name the folder tests/golden"
    }
    return readJson(File(folder, name)).also { check(it["format"].int() == 1) }
}

/** What the Python side made for these tests; they are skipped where it made nothing. */
fun fixtureFile(name: String): File {
    val folder = System.getProperty("edgebert.fixtures")
    assumeTrue("the system property edgebert.fixtures names no folder", folder != null)
    return File(folder, name)
}

fun readJson(file: File): JsonNode = JsonNode(parseJson(file.readText()))

fun JsonNode.ints(): List<Int> = items().map { it.int() }

fun JsonNode.numbers(): List<Double> = items().map { it.number() }

fun JsonNode.floats(): FloatArray = items().map { it.number().toFloat() }.toFloatArray()

/** The member as a text, or null where it is missing or null. */
fun JsonNode.textOrNull(name: String): String? = find(name)?.orNull()?.text()
