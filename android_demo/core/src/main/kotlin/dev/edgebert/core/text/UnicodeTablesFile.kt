package dev.edgebert.core.text

import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.json.parseJson

private const val RESOURCE = "unicode_tables.json"
private const val FORMAT = 1

/** Reads the packed tables. Without them the build is wrong, which nobody can mend at run time. */
internal fun readUnicodeTables(): UnicodeTables {
    val stream = checkNotNull(UnicodeTables::class.java.getResourceAsStream(RESOURCE)) {
        "the resource $RESOURCE is missing: the build has to pack it beside the classes"
    }
    val file = JsonNode(parseJson(stream.use { it.readBytes() }.toString(Charsets.UTF_8)))
    check(file["format"].int() == FORMAT) { "$RESOURCE has another format than $FORMAT" }
    return UnicodeTables(
        removed = CodePointSet(file["removed"].ints()),
        whitespace = CodePointSet(file["whitespace"].ints()),
        ideographs = CodePointSet(file["ideographs"].ints()),
        nonspacing = CodePointSet(file["nonspacing"].ints()),
        punctuation = CodePointSet(file["punctuation"].ints()),
        combiningOrder = combiningOrder(file["combining_order"].ints()),
        lowercase = runs(file["lowercase_runs"].ints()) + rows(file["lowercase_lists"]),
        decompositions = rows(file["decompositions"]),
    )
}

/** Spreads [start, stop, rank, ...], stops left out. */
private fun combiningOrder(flat: IntArray): Map<Int, Int> {
    val ranks = HashMap<Int, Int>()
    for (at in flat.indices step 3) {
        for (code in flat[at] until flat[at + 1]) ranks[code] = flat[at + 2]
    }
    return ranks
}

/** Spreads [first, last, step, distance, ...], last included. */
private fun runs(flat: IntArray): Map<Int, IntArray> {
    val mapped = HashMap<Int, IntArray>()
    for (at in flat.indices step 4) {
        for (code in flat[at]..flat[at + 1] step flat[at + 2]) {
            mapped[code] = intArrayOf(code + flat[at + 3])
        }
    }
    return mapped
}

/** Reads rows [from, to, to, ...]. */
private fun rows(node: JsonNode): Map<Int, IntArray> = node.items().associate { row ->
    val codes = row.ints()
    codes[0] to codes.copyOfRange(1, codes.size)
}

private fun JsonNode.ints(): IntArray = items().map { it.int() }.toIntArray()
