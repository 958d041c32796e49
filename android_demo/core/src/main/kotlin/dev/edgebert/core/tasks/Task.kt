package dev.edgebert.core.tasks

import dev.edgebert.core.BadInputException
import dev.edgebert.core.bundle.Manifest
import dev.edgebert.core.bundle.Pooling
import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.text.Encoding
import dev.edgebert.core.text.WordPieceTokenizer

/** The outputs of one run by name, without batch axis; per-token ones without padding. */
typealias Outputs = Map<String, Tensor>

/**
 * A request as token ids.
 *
 * @property encodings one for each run of the model, in order.
 * @property truncated whether a text was cut to the longest input.
 */
data class EncodedRequest(
    val request: Request,
    val encodings: List<Encoding>,
    val truncated: Boolean,
)

/** One kind of question that a model can answer. */
interface Task {
    /**
     * Tokenizes a request.
     *
     * @throws BadInputException the request lacks a part, or has one that the task cannot use.
     */
    fun encode(request: Request): EncodedRequest

    /**
     * Makes an answer of the model's outputs.
     *
     * @param encoded what [encode] returned.
     * @param outputs the outputs of each of its encodings, in the same order.
     * @throws BadInputException the outputs do not fit the bundle.
     */
    fun decode(encoded: EncodedRequest, outputs: List<Outputs>): Answer
}

/**
 * Builds the task of a bundle.
 *
 * @throws BadInputException the manifest names a task that core does not have.
 */
fun taskFor(manifest: Manifest, tokenizer: WordPieceTokenizer): Task {
    val maxLength = manifest.buckets.max()
    return when (manifest.task) {
        "text-classification" ->
            TextClassification(tokenizer, maxLength, manifest.labels, manifest.labelThreshold)
        "token-classification" -> TokenClassification(tokenizer, maxLength, manifest.labels)
        "intent-and-slots" ->
            IntentAndSlotFilling(tokenizer, maxLength, manifest.labels, manifest.slotLabels)
        "question-answering" -> QuestionAnswering(tokenizer, maxLength)
        "feature-extraction" -> FeatureExtraction(
            tokenizer,
            maxLength,
            output = manifest.outputs.first().name,
            pooled = manifest.pooling != Pooling.NONE,
            normalize = manifest.normalize,
        )
        "fill-mask" -> FillMask(tokenizer, maxLength)
        "multiple-choice" -> MultipleChoice(tokenizer, maxLength)
        else -> throw BadInputException(
            "task: found ${manifest.task}, expected one of text-classification, " +
                "token-classification, question-answering, feature-extraction, fill-mask, " +
                "multiple-choice, intent-and-slots; this app cannot answer others"
        )
    }
}

/** A text or a pair as token ids, and whether it had to be cut. */
internal data class CutEncoding(val encoding: Encoding, val truncated: Boolean)

/** Tokenizes a text or a pair, cut to `maxLength` tokens; of a pair, the longer is cut first. */
internal fun WordPieceTokenizer.encodeCut(
    text: String,
    pair: String?,
    maxLength: Int,
    allowMask: Boolean = false,
): CutEncoding {
    // One token more than allowed tells a text that just fits from one that does not.
    val whole = encode(text, pair, maxLength + 1, allowMask = allowMask)
    return if (whole.size <= maxLength) CutEncoding(whole, truncated = false)
    else CutEncoding(encode(text, pair, maxLength, allowMask = allowMask), truncated = true)
}

/** The output of that name. */
internal fun Outputs.named(name: String): Tensor = this[name] ?: throw BadInputException(
    "the model has no output $name, found ${keys.joinToString()}; export the bundle again"
)
