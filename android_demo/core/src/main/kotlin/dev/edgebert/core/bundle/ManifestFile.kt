package dev.edgebert.core.bundle

import dev.edgebert.core.BadInputException
import dev.edgebert.core.json.JsonException
import dev.edgebert.core.json.JsonNode
import dev.edgebert.core.json.parseJson
import dev.edgebert.core.text.TokenizerConfig
import dev.edgebert.core.text.decodeUtf8
import java.nio.charset.CharacterCodingException

/**
 * Reads a manifest's JSON and checks it.
 *
 * @param content the file's content.
 * @param source what the messages call it.
 * @throws BadInputException it is not JSON, was made by a newer edgebert, or holds something else
 *   than a manifest of this format.
 */
fun readManifest(content: ByteArray, source: String): Manifest {
    val manifest = readJsonFile(content, source, expected = "the manifest of a bundle") { root ->
        checkFormat(root["format"].int(), source)
        manifest(root)
    }
    checkManifest(manifest, source)
    return manifest
}

/** Reads a JSON file of the bundle; whatever is wrong with it becomes one line. */
internal fun <T> readJsonFile(
    content: ByteArray,
    source: String,
    expected: String,
    read: (JsonNode) -> T,
): T {
    fun refuse(problem: String?, error: Exception): Nothing = throw BadInputException(
        "$source: $problem; expected $expected: copy or export the bundle again",
        error,
    )
    return try {
        read(JsonNode(parseJson(decodeUtf8(content))))
    } catch (error: JsonException) {
        refuse(error.message, error)
    } catch (error: CharacterCodingException) {
        refuse("not UTF-8", error)
    }
}

/** The value whose key this is. */
internal fun <T> JsonNode.oneOf(values: List<T>, key: (T) -> String): T {
    val found = text()
    return values.firstOrNull { key(it) == found } ?: throw JsonException(
        "found \"$found\", expected one of ${values.joinToString { key(it) }} at $place"
    )
}

private fun JsonNode.mode(): Mode = oneOf(Mode.entries, Mode::key)

private fun JsonNode.backend(): Backend = oneOf(Backend.entries, Backend::key)

private fun checkFormat(found: Int, source: String) {
    if (found > FORMAT) {
        throw BadInputException(
            "$source: made by a newer edgebert (format $found, this app reads $FORMAT): " +
                "update the app"
        )
    }
    if (found < FORMAT) {
        throw BadInputException(
            "$source: format $found, this app reads $FORMAT: export the bundle again"
        )
    }
}

private fun manifest(root: JsonNode): Manifest {
    root.only(
        "format", "edgebert", "task", "labels", "pooling", "normalize", "inputs", "outputs",
        "buckets", "vocabulary", "tokenizer", "artifacts", "self_test", "recipe", "source",
        "calibration", "fidelity", "versions", "files", "accuracy",
        "slot_labels", "temperature", "label_threshold",
    )
    return Manifest(
        edgebert = root["edgebert"].text(),
        task = root["task"].text(),
        labels = root["labels"].items().map { it.text() },
        pooling = root["pooling"].oneOf(Pooling.entries, Pooling::key),
        normalize = root["normalize"].boolean(),
        inputs = root["inputs"].items().map { it.text() },
        outputs = root["outputs"].items().map(::output),
        buckets = root["buckets"].items().map { it.int() },
        vocabulary = root["vocabulary"].text(),
        tokenizer = tokenizerConfig(root["tokenizer"]),
        artifacts = root["artifacts"].items().map(::artifact),
        selfTest = root["self_test"].text(),
        recipe = root["recipe"].text(),
        source = source(root["source"]),
        calibration = root["calibration"].orNull()?.let(::calibration),
        fidelity = root["fidelity"].items().map(::fidelity),
        versions = root["versions"].entries().mapValues { it.value.text() },
        files = root["files"].entries().mapValues { fileRecord(it.value) },
        accuracy = root.find("accuracy")?.orNull()?.let(::accuracy),
        slotLabels = root.find("slot_labels")?.items().orEmpty().map { it.text() },
        temperature = root.find("temperature")?.let(::temperature),
        labelThreshold = root.find("label_threshold")?.number(),
    )
}

private fun output(node: JsonNode): Output {
    node.only("name", "per_token")
    return Output(node["name"].text(), node["per_token"].boolean())
}

private fun artifact(node: JsonNode): Artifact {
    node.only("backend", "mode", "path", "tolerance", "nearest_tolerance", "fp16")
    return Artifact(
        backend = node["backend"].backend(),
        mode = node["mode"].mode(),
        path = node["path"].text(),
        tolerance = node["tolerance"].number(),
        nearestTolerance = node["nearest_tolerance"].number(),
        fp16 = node.find("fp16")?.let(::halfPrecision),
    )
}

private fun halfPrecision(node: JsonNode): HalfPrecision {
    node.only("texts", "agreement", "worst")
    return HalfPrecision(
        texts = node["texts"].int(),
        agreement = node["agreement"].number(),
        worst = node["worst"].number(),
    )
}

private fun source(node: JsonNode): Source {
    node.only("name", "architecture", "sha256", "license")
    return Source(
        name = node["name"].text(),
        architecture = node["architecture"].text(),
        sha256 = node["sha256"].text(),
        license = node["license"].orNull()?.text(),
    )
}

private fun calibration(node: JsonNode): Calibration {
    node.only("path", "observer", "texts", "tokens", "text_sha256")
    return Calibration(
        path = node["path"].text(),
        observer = node["observer"].text(),
        texts = node["texts"].int(),
        tokens = node["tokens"].int(),
        textSha256 = node["text_sha256"].text(),
    )
}

private fun fidelity(node: JsonNode): Fidelity {
    node.only(
        "backend", "mode", "bucket", "reference", "texts", "held_out", "max_abs", "snr_db",
        "agreement", "worst",
    )
    return Fidelity(
        backend = node["backend"].backend(),
        mode = node["mode"].mode(),
        bucket = node["bucket"].int(),
        reference = node["reference"].text(),
        texts = node["texts"].int(),
        heldOut = node["held_out"].boolean(),
        maxAbs = node["max_abs"].number(),
        snrDb = node["snr_db"].number(),
        agreement = node["agreement"].number(),
        worst = node["worst"].number(),
    )
}

private fun accuracy(node: JsonNode): Accuracy {
    node.only("data", "sha256", "rows", "figures")
    return Accuracy(
        data = node["data"].text(),
        sha256 = node["sha256"].text(),
        rows = node["rows"].int(),
        figures = node["figures"].items().map(::accuracyFigure),
    )
}

private fun accuracyFigure(node: JsonNode): AccuracyFigure {
    node.only("backend", "mode", "metric", "fp32", "value", "low", "high")
    return AccuracyFigure(
        backend = node["backend"].backend(),
        mode = node["mode"].mode(),
        metric = node["metric"].text(),
        fp32 = node["fp32"].number(),
        value = node["value"].number(),
        low = node["low"].number(),
        high = node["high"].number(),
    )
}

private fun temperature(node: JsonNode): Temperature {
    node.only("data", "sha256", "rows", "heads")
    return Temperature(
        data = node["data"].text(),
        sha256 = node["sha256"].text(),
        rows = node["rows"].int(),
        heads = node["heads"].items().map(::headTemperature),
    )
}

private fun headTemperature(node: JsonNode): HeadTemperature {
    node.only("output", "temperature", "answers", "ece_before", "ece_after")
    return HeadTemperature(
        output = node["output"].text(),
        temperature = node["temperature"].number(),
        answers = node["answers"].int(),
        eceBefore = node["ece_before"].number(),
        eceAfter = node["ece_after"].number(),
    )
}

private fun fileRecord(node: JsonNode): FileRecord {
    node.only("sha256", "size")
    return FileRecord(node["sha256"].text(), node["size"].long())
}

/** Reads a tokenizer's settings; what is missing has BERT's default. */
internal fun tokenizerConfig(node: JsonNode): TokenizerConfig {
    node.only(
        "lowercase", "strip_accents", "split_cjk", "unknown", "classify", "separate", "pad", "mask",
        "max_word_chars", "subword_prefix",
    )
    val default = TokenizerConfig()
    fun text(name: String, otherwise: String) = node.find(name)?.text() ?: otherwise
    fun boolean(name: String, otherwise: Boolean) = node.find(name)?.boolean() ?: otherwise
    return TokenizerConfig(
        lowercase = boolean("lowercase", default.lowercase),
        stripAccents = node.find("strip_accents")?.orNull()?.boolean(),
        splitCjk = boolean("split_cjk", default.splitCjk),
        unknown = text("unknown", default.unknown),
        classify = text("classify", default.classify),
        separate = text("separate", default.separate),
        pad = text("pad", default.pad),
        mask = text("mask", default.mask),
        maxWordChars = node.find("max_word_chars")?.int() ?: default.maxWordChars,
        subwordPrefix = text("subword_prefix", default.subwordPrefix),
    )
}
