package dev.edgebert.core.bundle

import dev.edgebert.core.text.TokenizerConfig

/** The name of the manifest in a bundle. */
const val MANIFEST_NAME = "manifest.json"

/** The name of the manifest's signature, where a bundle has one; it is not checked here. */
const val SIGNATURE_NAME = "manifest.json.sig"

/** The manifest's format that this core reads. */
const val FORMAT = 1

/** What an artifact was lowered for. */
enum class Backend(val key: String) {
    EXECUTORCH("executorch"),
    LITERT("litert"),
    ONNX("onnx"),
}

/** The precision of an artifact; in the order in which one is chosen where none is named. */
enum class Mode(val key: String) {
    STATIC("static"),
    DYNAMIC("dynamic"),
    FP32("fp32"),
}

/** How a feature extraction's graph pools the states of the tokens. */
enum class Pooling(val key: String) {
    NONE("none"),
    MEAN("mean"),
    CLS("cls"),
    POOLER("pooler"),
}

/** A file of the bundle: SHA-256 in hex and size in bytes. */
data class FileRecord(val sha256: String, val size: Long)

/** One output of the graph; [perToken] outputs have the tokens as their second axis. */
data class Output(val name: String, val perToken: Boolean)

/**
 * What an int8 artifact answers where a processor computes the rest of it in fp16, as emulated when
 * it was made, over [texts] texts: [agreement] with fp32, and the [worst] cosine.
 */
data class HalfPrecision(val texts: Int, val agreement: Double, val worst: Double)

/**
 * One lowered model.
 *
 * @property tolerance the largest relative deviation of one self-test vector that passes.
 * @property nearestTolerance the largest that the smallest deviation over all vectors may be.
 * @property fp16 null where no processor may compute in fp16.
 */
data class Artifact(
    val backend: Backend,
    val mode: Mode,
    val path: String,
    val tolerance: Double,
    val nearestTolerance: Double,
    val fp16: HalfPrecision? = null,
)

/** The checkpoint that the bundle was made from. */
data class Source(
    val name: String,
    val architecture: String,
    val sha256: String,
    val license: String?,
)

/** The texts that the ranges were observed on; the table itself is the file [path]. */
data class Calibration(
    val path: String,
    val observer: String,
    val texts: Int,
    val tokens: Int,
    val textSha256: String,
)

/**
 * How far one artifact's answers are from a reference, over [texts] texts in one bucket.
 *
 * @property reference "torch", "fake-quantized" or "fp32".
 * @property heldOut whether the texts are others than those that were calibrated on.
 * @property maxAbs the largest difference.
 * @property snrDb signal-to-noise ratio in dB.
 * @property agreement the share of equal top labels for tasks that choose one, otherwise the mean
 *   cosine similarity.
 * @property worst the smallest cosine similarity of a single text.
 */
data class Fidelity(
    val backend: Backend,
    val mode: Mode,
    val bucket: Int,
    val reference: String,
    val texts: Int,
    val heldOut: Boolean,
    val maxAbs: Double,
    val snrDb: Double,
    val agreement: Double,
    val worst: Double,
)

/**
 * One figure of one artifact on labelled rows, beside the fp32 checkpoint's, 0 to 1.
 *
 * @property low lower end of the 95 % bootstrap interval of [value] - [fp32].
 * @property high its upper end.
 */
data class AccuracyFigure(
    val backend: Backend,
    val mode: Mode,
    val metric: String,
    val fp32: Double,
    val value: Double,
    val low: Double,
    val high: Double,
)

/** What was measured on labelled rows: [rows] of the file [data]; main figures first. */
data class Accuracy(
    val data: String,
    val sha256: String,
    val rows: Int,
    val figures: List<AccuracyFigure>,
)

/**
 * What one output's logits were divided by before quantising, so that its scores tell how often
 * they are right; there is nothing left for a device to divide.
 *
 * @property answers the texts, or words where the output is per token, that it was fitted on.
 * @property eceBefore their expected calibration error without it, 0 to 1.
 * @property eceAfter the same with it.
 */
data class HeadTemperature(
    val output: String,
    val temperature: Double,
    val answers: Int,
    val eceBefore: Double,
    val eceAfter: Double,
)

/** The temperatures of the [heads], fitted on [rows] labelled rows of the file [data]. */
data class Temperature(
    val data: String,
    val sha256: String,
    val rows: Int,
    val heads: List<HeadTemperature>,
)

/**
 * All that a device needs to know about a bundle; `edgebert/bundle/manifest.py` is its source.
 *
 * @property labels a classifier's labels in id order; with intents and slots the intents.
 * @property slotLabels the slots' BIO tags in id order; empty for every other task.
 * @property temperature null where none was fitted.
 * @property labelThreshold the least score of a label in an answer, for a classifier with several
 *   labels a text; null for every other model.
 */
data class Manifest(
    val edgebert: String,
    val task: String,
    val labels: List<String>,
    val pooling: Pooling,
    val normalize: Boolean,
    val inputs: List<String>,
    val outputs: List<Output>,
    val buckets: List<Int>,
    val vocabulary: String,
    val tokenizer: TokenizerConfig,
    val artifacts: List<Artifact>,
    val selfTest: String,
    val recipe: String,
    val source: Source,
    val calibration: Calibration?,
    val fidelity: List<Fidelity>,
    val versions: Map<String, String>,
    val files: Map<String, FileRecord>,
    val accuracy: Accuracy?,
    val slotLabels: List<String> = emptyList(),
    val temperature: Temperature? = null,
    val labelThreshold: Double? = null,
)
