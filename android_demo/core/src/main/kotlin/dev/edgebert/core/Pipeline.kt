package dev.edgebert.core

import dev.edgebert.core.bundle.Artifact
import dev.edgebert.core.bundle.Bundle
import dev.edgebert.core.bundle.Manifest
import dev.edgebert.core.bundle.Mode
import dev.edgebert.core.engine.Engine
import dev.edgebert.core.engine.Session
import dev.edgebert.core.engine.Tensor
import dev.edgebert.core.engine.chooseBucket
import dev.edgebert.core.engine.padInputs
import dev.edgebert.core.tasks.Answer
import dev.edgebert.core.tasks.Outputs
import dev.edgebert.core.tasks.Request
import dev.edgebert.core.tasks.taskFor
import dev.edgebert.core.text.Encoding

/**
 * An answer with what the model was given for it.
 *
 * @property tokens the number of tokens of each run of the model, padding left out.
 * @property buckets the length that each run was padded to.
 */
data class Reply(val answer: Answer, val tokens: List<Int>, val buckets: List<Int>)

/**
 * A model that answers, all in one: tokenizer, an opened artifact, task.
 *
 * Not for several threads at once; [close] gives the session's memory back.
 *
 * @param bucket the one length that texts are cut and padded to; null takes the shortest that fits.
 * @throws BadInputException the bundle is for a task that core does not have, or has no such bucket.
 */
class Pipeline(
    private val bundle: Bundle,
    private val session: Session,
    bucket: Int? = null,
) : AutoCloseable {
    private val manifest = withBucket(bundle.manifest, bucket)
    private val task = taskFor(manifest, bundle.tokenizer)

    /**
     * Answers one request.
     *
     * @throws BadInputException a part is missing, the task has no use for it, or the artifact
     *   answers with numbers that are not finite.
     */
    fun run(request: Request): Reply {
        val encoded = task.encode(request)
        val buckets = encoded.encodings.map { chooseBucket(manifest.buckets, it.size) }
        val outputs = encoded.encodings.zip(buckets, ::runEncoding)
        return Reply(task.decode(encoded, outputs), encoded.encodings.map { it.size }, buckets)
    }

    /** Runs the model once; drops the batch axis, and padding from per-token outputs. */
    private fun runEncoding(encoding: Encoding, bucket: Int): Outputs {
        val inputs = padInputs(
            encoding.inputIds,
            encoding.tokenTypeIds,
            bucket,
            bundle.tokenizer.padId,
            manifest.inputs,
        )
        val found = session.run(inputs)
        return manifest.outputs.associate { output ->
            val value = found[output.name] ?: throw BadInputException(
                "${bundle.root}: the model answered without ${output.name}; export the bundle again"
            )
            val kept = if (output.perToken) value.trimmed(encoding.size) else value
            output.name to checkedFinite(output.name, kept).withoutBatch()
        }
    }

    private fun checkedFinite(name: String, value: Tensor): Tensor {
        if (!value.values.all { it.isFinite() }) {
            throw BadInputException(
                "${bundle.root}: $name holds numbers that are not finite; run the bundle's self-test"
            )
        }
        return value
    }

    override fun close() = session.close()

    companion object {
        /**
         * Opens a bundle's artifact on an engine, ready to answer; its hash is verified first.
         *
         * @param mode its precision, as for [Bundle.artifact].
         * @param threads how many the engine may use; null leaves that to it.
         * @param bucket as for a [Pipeline].
         * @throws CheckFailedException a file is not the exported one.
         * @throws BadInputException there is no such artifact, the engine cannot load it, the
         *   bundle is for a task that core does not have, or has no such bucket.
         */
        fun open(
            bundle: Bundle,
            engine: Engine,
            mode: Mode? = null,
            threads: Int? = null,
            bucket: Int? = null,
        ): Pipeline {
            val session = bundle.openSession(engine, mode, threads)
            return try {
                Pipeline(bundle, session, bucket)
            } catch (error: EdgebertException) {
                session.close()
                throw error
            }
        }

        /**
         * Chooses what runs where nobody named it: the smallest precision first, then the order of
         * the engines.
         *
         * @throws BadInputException no engine has an artifact in the bundle.
         */
        fun choose(bundle: Bundle, engines: List<Engine>): Pair<Engine, Artifact> {
            for (mode in Mode.entries) {
                for (engine in engines) {
                    val fitting = bundle.manifest.artifacts
                        .firstOrNull { it.mode == mode && it.backend == engine.backend }
                    if (fitting != null) return engine to fitting
                }
            }
            throw BadInputException(
                "${bundle.root}: has artifacts for " +
                    bundle.manifest.artifacts.map { it.backend.key }.distinct().joinToString() +
                    " and the app runs ${engines.joinToString { it.backend.key }.ifEmpty { "none" }}"
            )
        }
    }
}

private fun withBucket(manifest: Manifest, bucket: Int?): Manifest {
    if (bucket == null) return manifest
    if (bucket !in manifest.buckets) {
        throw BadInputException(
            "bucket: found $bucket, expected one of ${manifest.buckets.joinToString()}"
        )
    }
    return manifest.copy(buckets = listOf(bucket))
}
