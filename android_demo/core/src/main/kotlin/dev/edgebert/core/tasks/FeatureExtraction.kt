package dev.edgebert.core.tasks

import dev.edgebert.core.text.WordPieceTokenizer

// Below this a vector counts as zero and stays as it is; PyTorch's `normalize` has the same bound.
private const val SHORTEST_NORM = 1e-12

/**
 * Turns a text into numbers: its embedding, or the state of each of its tokens.
 *
 * @param maxLength the longest input in tokens, special tokens included.
 * @param output the name of the graph's output.
 * @param pooled whether the graph pools the tokens to one embedding.
 * @param normalize whether an embedding is scaled to length 1 (Euclidean).
 */
class FeatureExtraction(
    private val tokenizer: WordPieceTokenizer,
    private val maxLength: Int,
    private val output: String,
    private val pooled: Boolean,
    private val normalize: Boolean,
) : Task {
    override fun encode(request: Request): EncodedRequest {
        request.refusePair("feature-extraction")
        request.refuseChoices("feature-extraction")
        val cut = tokenizer.encodeCut(request.text, pair = null, maxLength)
        return EncodedRequest(request, listOf(cut.encoding), cut.truncated)
    }

    /** See [Task]; an [Embedding] of a pooling graph, else [TokenStates]. */
    override fun decode(encoded: EncodedRequest, outputs: List<Outputs>): Answer {
        val tensor = outputs.first().named(output)
        if (!pooled) {
            val ids = encoded.encodings.first().inputIds
            val states = ids.indices.map(tensor::row)
            return TokenStates(encoded.truncated, ids.map(tokenizer::token), states)
        }
        if (!normalize) return Embedding(encoded.truncated, tensor.values)
        val length = maxOf(norm(tensor.values), SHORTEST_NORM)
        val scaled = FloatArray(tensor.values.size) { (tensor.values[it] / length).toFloat() }
        return Embedding(encoded.truncated, scaled)
    }
}
