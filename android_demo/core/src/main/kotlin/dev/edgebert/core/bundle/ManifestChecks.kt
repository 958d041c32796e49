package dev.edgebert.core.bundle

import dev.edgebert.core.BadInputException
import dev.edgebert.core.engine.INPUT_NAMES

/**
 * Checks that the parts of a manifest fit together.
 *
 * @throws BadInputException a path leads out of the folder or has no recorded hash, buckets are not
 *   ascending lengths, there is no output or no artifact, outputs or slot labels are not the task's,
 *   or two artifacts are for one backend and mode.
 */
internal fun checkManifest(manifest: Manifest, source: String) {
    val problem = problems(manifest).firstOrNull() ?: return
    throw BadInputException("$source: $problem; copy or export the bundle again")
}

/** Whether a path is relative, stays inside its folder and reads alike on every system. */
internal fun isPlainRelative(path: String): Boolean =
    path.split('/').none { it in listOf("", ".", "..") } && path.none { it in "\\:\u0000" }

private fun problems(manifest: Manifest): Sequence<String> = sequence {
    for (name in manifest.files.keys) {
        if (!isPlainRelative(name) || name == MANIFEST_NAME || name == SIGNATURE_NAME) {
            yield("files: found \"$name\", expected a path inside the bundle")
        }
    }
    for ((place, path) in referencedPaths(manifest)) {
        if (!isPlainRelative(path)) {
            yield("$place: found \"$path\", expected a path inside the bundle")
        }
        if (path !in manifest.files) yield("$place: $path is not among the recorded files")
    }
    val buckets = manifest.buckets
    if (buckets.isEmpty() || buckets.first() < 1) {
        yield("buckets: found $buckets, expected lengths of 1 or more")
    }
    if (buckets != buckets.distinct().sorted()) {
        yield("buckets: found $buckets, expected them ascending, each once")
    }
    if (manifest.inputs.isEmpty() || !INPUT_NAMES.containsAll(manifest.inputs)) {
        yield("inputs: found ${manifest.inputs}, expected some of ${INPUT_NAMES.joinToString()}")
    }
    val names = manifest.outputs.map { it.name }
    if (names.isEmpty() || names.distinct().size < names.size) {
        yield("outputs: found $names, expected one or more names, each once")
    }
    yieldAll(taskProblems(manifest))
    yieldAll(thresholdProblems(manifest))
    yieldAll(artifactProblems(manifest.artifacts))
}

/** Where a manifest is not one of its task; of a task that core does not know all is taken. */
private fun taskProblems(manifest: Manifest): Sequence<String> = sequence {
    val expected = TASK_OUTPUTS[manifest.task]
    if (expected != null && manifest.outputs.toSet() != expected) {
        yield(
            "outputs: found ${describe(manifest.outputs)}, expected ${describe(expected)} " +
                "for ${manifest.task}"
        )
    }
    val hasTags = manifest.slotLabels.isNotEmpty()
    if (manifest.task == INTENT_AND_SLOTS && !hasTags) {
        yield("slot_labels: found none, expected the tags of $INTENT_AND_SLOTS")
    }
    if (manifest.task != INTENT_AND_SLOTS && hasTags) {
        yield(
            "slot_labels: found ${manifest.slotLabels.size}, expected none: only " +
                "$INTENT_AND_SLOTS has them, not ${manifest.task}"
        )
    }
}

private const val INTENT_AND_SLOTS = "intent-and-slots"

private val LOGITS = setOf(Output("logits", perToken = false))
private val TOKEN_LOGITS = setOf(Output("logits", perToken = true))

/** The outputs that a task's answers are read from; those of feature extraction have any name. */
private val TASK_OUTPUTS = mapOf(
    "fill-mask" to TOKEN_LOGITS,
    "text-classification" to LOGITS,
    "multiple-choice" to LOGITS,
    "token-classification" to TOKEN_LOGITS,
    "question-answering" to
        setOf(Output("start_logits", perToken = true), Output("end_logits", perToken = true)),
    INTENT_AND_SLOTS to
        setOf(Output("intent_logits", perToken = false), Output("slot_logits", perToken = true)),
)

private fun describe(outputs: Collection<Output>): String =
    outputs.joinToString { "${it.name} (${if (it.perToken) "a token" else "of the text"})" }

private fun referencedPaths(manifest: Manifest): Map<String, String> = buildMap {
    put("vocabulary", manifest.vocabulary)
    put("self_test", manifest.selfTest)
    put("recipe", manifest.recipe)
    manifest.calibration?.let { put("calibration.path", it.path) }
    manifest.artifacts.forEachIndexed { number, artifact ->
        put("artifacts[$number].path", artifact.path)
    }
}

private fun thresholdProblems(manifest: Manifest): Sequence<String> = sequence {
    val threshold = manifest.labelThreshold ?: return@sequence
    if (manifest.task != "text-classification") {
        yield(
            "label_threshold: found $threshold, expected none: only text-classification has it, " +
                "not ${manifest.task}"
        )
    }
    if (threshold <= 0 || threshold >= 1) {
        yield("label_threshold: found $threshold, expected a score between 0 and 1")
    }
}

private fun artifactProblems(artifacts: List<Artifact>): Sequence<String> = sequence {
    if (artifacts.isEmpty()) yield("artifacts: found none, expected one or more")
    for ((kind, alike) in artifacts.groupBy { "${it.backend.key} ${it.mode.key}" }) {
        if (alike.size > 1) yield("artifacts: found ${alike.size} for $kind, expected one")
    }
    for (artifact in artifacts) {
        if (artifact.tolerance < 0) {
            yield("tolerance of ${artifact.path}: found ${artifact.tolerance}, expected 0 or more")
        }
        if (artifact.nearestTolerance < 0) {
            yield(
                "nearest_tolerance of ${artifact.path}: found ${artifact.nearestTolerance}, " +
                    "expected 0 or more"
            )
        }
    }
}
