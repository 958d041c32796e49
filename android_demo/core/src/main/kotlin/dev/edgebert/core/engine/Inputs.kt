package dev.edgebert.core.engine

import dev.edgebert.core.BadInputException

/** The inputs that an artifact can have. */
val INPUT_NAMES: List<String> = listOf("input_ids", "attention_mask", "token_type_ids")

/**
 * The smallest bucket that `length` tokens fit into.
 *
 * @throws BadInputException even the largest bucket is too small.
 */
fun chooseBucket(buckets: List<Int>, length: Int): Int =
    buckets.filter { it >= length }.minOrNull() ?: throw BadInputException(
        "text of $length tokens: the largest bucket takes ${buckets.maxOrNull() ?: 0}; " +
            "cut the text, or export the bundle again with a larger --bucket"
    )

/**
 * Fills one text up to a bucket's length.
 *
 * @param inputIds the ids of the text, without padding.
 * @param tokenTypeIds one a token; padding gets type 0.
 * @param bucket tokens of the result.
 * @param padId the id that fills up.
 * @param names the inputs that the artifact takes, of [INPUT_NAMES].
 * @return by name `bucket` values; the attention mask is 1 on the text and 0 on the padding.
 * @throws BadInputException the text is longer than the bucket, the two lists differ in length, or
 *   a name is none of [INPUT_NAMES].
 */
fun padInputs(
    inputIds: List<Int>,
    tokenTypeIds: List<Int>,
    bucket: Int,
    padId: Int,
    names: List<String> = INPUT_NAMES,
): Map<String, IntArray> {
    if (inputIds.size != tokenTypeIds.size) {
        throw BadInputException(
            "token_type_ids: found ${tokenTypeIds.size}, expected ${inputIds.size}, one a token"
        )
    }
    chooseBucket(listOf(bucket), inputIds.size)
    return names.associateWith { name ->
        when (name) {
            "input_ids" -> IntArray(bucket) { inputIds.getOrElse(it) { padId } }
            "attention_mask" -> IntArray(bucket) { if (it < inputIds.size) 1 else 0 }
            "token_type_ids" -> IntArray(bucket) { tokenTypeIds.getOrElse(it) { 0 } }
            else -> throw BadInputException(
                "input $name: unknown, expected some of ${INPUT_NAMES.joinToString()}; update the app"
            )
        }
    }
}
