package dev.edgebert.core.bundle

import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.json.JsonException
import dev.edgebert.core.json.JsonNode
import kotlin.math.sqrt

/**
 * An expected output: every [stride]-th value of it, flattened, padding left out.
 *
 * @property shape with the batch axis, without padding.
 */
class StoredOutput(
    val name: String,
    val shape: List<Int>,
    val stride: Int,
    val values: FloatArray,
)

/** One text with its ids and what each precision mode must answer. */
class SelfTestVector(
    val text: String,
    val pair: String?,
    val inputIds: List<Int>,
    val tokenTypeIds: List<Int>,
    val bucket: Int,
    val expected: Map<Mode, List<StoredOutput>>,
)

/**
 * The relative deviation ||got - expected|| / ||expected|| (Euclidean norms) over the stored
 * sample.
 *
 * @param got an output without padding, of the expected shape.
 * @return 0 or more; infinity for another shape, and where a value is not a finite number.
 */
fun deviation(got: Tensor, stored: StoredOutput): Double {
    if (got.shape != stored.shape || stored.stride < 1) return Double.POSITIVE_INFINITY
    val places = got.values.indices step stored.stride
    if (places.count() != stored.values.size) return Double.POSITIVE_INFINITY
    var distance = 0.0
    var length = 0.0
    for ((number, place) in places.withIndex()) {
        val found = got.values[place]
        val expected = stored.values[number]
        if (!found.isFinite() || !expected.isFinite()) return Double.POSITIVE_INFINITY
        val difference = found.toDouble() - expected
        distance += difference * difference
        length += expected.toDouble() * expected
    }
    return when {
        length > 0.0 -> sqrt(distance) / sqrt(length)
        distance == 0.0 -> 0.0
        else -> Double.POSITIVE_INFINITY
    }
}

/** Reads the content of the bundle's self-test file. */
internal fun readSelfTestVectors(content: ByteArray, source: String): List<SelfTestVector> =
    readJsonFile(content, source, expected = "the vectors of a self-test") { root ->
        root.only("vectors")["vectors"].items().map(::vector)
    }

private fun vector(node: JsonNode): SelfTestVector {
    node.only("text", "pair", "input_ids", "token_type_ids", "bucket", "expected")
    return SelfTestVector(
        text = node["text"].text(),
        pair = node["pair"].orNull()?.text(),
        inputIds = node["input_ids"].items().map { it.int() },
        tokenTypeIds = node["token_type_ids"].items().map { it.int() },
        bucket = node["bucket"].int(),
        expected = node["expected"].entries().entries.associate { (key, outputs) ->
            val mode = Mode.entries.firstOrNull { it.key == key }
                ?: throw JsonException("found the mode $key in ${node.place}.expected")
            mode to outputs.items().map(::storedOutput)
        },
    )
}

private fun storedOutput(node: JsonNode): StoredOutput {
    node.only("name", "shape", "stride", "values")
    return StoredOutput(
        name = node["name"].text(),
        shape = node["shape"].items().map { it.int() },
        stride = node["stride"].int(),
        values = node["values"].items().map { it.number().toFloat() }.toFloatArray(),
    )
}
